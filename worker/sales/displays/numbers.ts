/** Customers' screens get an order's number and state, nothing else. */
import type { DisplayNumber, DisplayState } from '../../contract/sales/displays/displays';
import type { Publication } from '../../contract/events';
import type { Order } from '../../contract/sales/orders/orders';

/** The fields of an order that screens depend on: no people and no goods. */
type Shown = Pick<Order, 'date' | 'number' | 'state'> & {
  place: { id: string };
  paidAt: number | null;
  ready: { at: number } | null;
  changed: { at: number };
};

/** A paid order is `preparing` until it is called; screens do not show it before payment or after release. */
export function displayStateOf({ state, ready }: Pick<Shown, 'state' | 'ready'>): DisplayState {
  if (state !== 'for_release') return 'gone';
  return ready ? 'ready' : 'preparing';
}

/** `at` is the time of the call for `ready`, of the payment for `preparing`. @returns null for an order without a number */
export function displayNumberOf(order: Shown): DisplayNumber | null {
  const { place, date, number, paidAt, ready, changed } = order;
  if (number === null) return null;
  const state = displayStateOf(order);
  const at = { ready: ready?.at, preparing: paidAt, gone: null }[state] ?? changed.at;
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
  if (!is) return [];
  const same = is.state === (was?.state ?? 'gone') && (is.state === 'gone' || is.at === was?.at);
  return same ? [] : [{ channel: 'display', type: 'display.changed', data: is }];
}
