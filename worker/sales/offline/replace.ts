/** The order that was taken for payment before the network went, when its cart was then sold without network. */
import type { Publication } from '../../contract/events';
import type { Query } from '../../db/queries';
import type { Change } from '../../live/commit';
import type { Asker } from '../../session';
import { cancelled, planOf, touched } from '../move';
import { orders } from '../orders/orders';
import { type Good, goodsLeft, type Sold } from '../rows';

interface Replaced {
  first: readonly Change[];
  also: readonly Query[];
  publish: readonly Publication[];
  /** What it held. */
  freed: readonly Good[];
  /** It was paid too. */
  twice: Sold | undefined;
}

const nothing = { first: [], also: [], publish: [], freed: [], twice: undefined };

/** Cancels it, unless it was paid: then its money stays, and a person must look at both. @param at when the other sale arrived */
export function replaced(before: Sold | undefined, me: Asker, at: number): Replaced {
  if (!before || before.cancellation) return nothing;
  if (before.paidAt !== null) return { ...nothing, twice: before };
  const changed = touched(before, 'cancelled', { by: { id: me.id, name: me.name }, at });
  const after = cancelled(changed, { reason: 'Sold without network', restocked: true });
  const how = before.number === null ? 'to_cart' : 'cancel';
  const { also, publish, ...change } = planOf(orders, { before, after }, how, me);
  return { first: [change], also, publish, freed: goodsLeft(before), twice: undefined };
}
