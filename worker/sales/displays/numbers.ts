/** Customers' screens get an order's number and state, nothing else. */
import type { DisplayNumber, DisplayState } from '../../contract/sales/displays/displays';
import type { Publication } from '../../contract/events';
import type { Order } from '../../contract/sales/orders/orders';

/** The fields of an order that screens depend on: no people and no goods. */
type Shown = Pick<Order, 'date' | 'number' | 'state'> & {
  place: { id: string };
  claim: { at: number } | null;
  changed: { at: number };
};

/** A paid order is `preparing` until a person claims it; screens do not show it before payment or after release. */
export function displayStateOf({ state, claim }: Pick<Shown, 'state' | 'claim'>): DisplayState {
  if (state !== 'for_release') return 'gone';
  return claim ? 'ready' : 'preparing';
}

/** `at` is the claim's time for `ready`, else the time of the last change. */
export function displayNumberOf(order: Shown): DisplayNumber {
  const { place, date, number, claim, changed } = order;
  const state = displayStateOf(order);
  const at = state === 'ready' && claim ? claim.at : changed.at;
  return { placeId: place.id, date, number, state, at };
}

/**
 * The event for customers' screens; every commit that changes an order publishes it.
 * @param before null for a new one
 * @returns no event if screens show the same as before
 */
export function displayChange(before: Shown | null, after: Shown): Publication[] {
  const was = before && displayNumberOf(before);
  const is = displayNumberOf(after);
  const same = is.state === (was?.state ?? 'gone') && (is.state === 'gone' || is.at === was?.at);
  return same ? [] : [{ channel: 'display', type: 'display.changed', data: is }];
}
