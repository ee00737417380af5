/** What customers' screens get of an order: its number and whether its customer may come, nothing else. */
import type { DisplayNumber, DisplayState } from '../../contract/sales/displays/displays';
import type { Publication } from '../../contract/events';
import type { Order } from '../../contract/sales/orders/orders';

/** What of an order decides what screens show: never who, nor what. */
type Shown = Pick<Order, 'date' | 'number' | 'state'> & {
  place: { id: string };
  claim: { at: number } | null;
  changed: { at: number };
};

/** A paid one is being prepared until somebody begins to hand it over; before and after that no screen shows it. */
export function displayStateOf({ state, claim }: Pick<Shown, 'state' | 'claim'>): DisplayState {
  if (state !== 'for_release') return 'gone';
  return claim ? 'ready' : 'preparing';
}

/** An order as a screen shows it. `ready` counts from the present claim, the others from the order's last change. */
export function displayNumberOf(order: Shown): DisplayNumber {
  const { place, date, number, claim, changed } = order;
  const state = displayStateOf(order);
  const at = state === 'ready' && claim ? claim.at : changed.at;
  return { placeId: place.id, date, number, state, at };
}

/**
 * What a change of an order tells customers' screens: to be published with each commit that changes one.
 * @param before null for a new one
 * @returns nothing where screens show the same as before
 */
export function displayChange(before: Shown | null, after: Shown): Publication[] {
  const was = before && displayNumberOf(before);
  const is = displayNumberOf(after);
  const same = is.state === (was?.state ?? 'gone') && (is.state === 'gone' || is.at === was?.at);
  return same ? [] : [{ channel: 'display', type: 'display.changed', data: is }];
}
