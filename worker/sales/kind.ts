/** What an order and a registration do not share: their table of moves, where their goods are, and their events. */
import * as v from 'valibot';
import type { Publication } from '../contract/events';
import type { Shelf } from '../contract/products/products';
import type { Move, Moves } from '../contract/sales/moves';
import { Sale } from '../contract/sales/payments/payments';
import type { Query } from '../db/queries';
import type { Answer } from '../live/commit';
import type { Sold } from './rows';

export interface SaleKind<State extends string = string> {
  name: Sold['kind'];
  moves: Moves<State>;
  /** Where the goods are in a state; of a cancelled one its cancellation says. */
  shelf: Record<Exclude<State, 'cancelled'>, Shelf>;
  stateWords: Record<State, string>;
  /** The record that its channel publishes and a conflict shows. */
  recordOf(sold: Sold): unknown;
  /** The events of a move, but for money and stock. */
  events(before: Sold, after: Sold, move: Move): Publication[];
  /** Writes that come with a move. */
  also?(after: Sold): Query[];
}

/** What the journal calls a sale: `order/…`, `registration/…`. */
export const saleSubject = ({ kind, id }: Pick<Sold, 'kind' | 'id'>): string => `${kind}/${id}`;

/** The answer to a change of a sale, made of its journal entry. @param record the kind's own */
export async function changeIn<R extends v.GenericSchema>(record: R, answer: Promise<Answer>) {
  const { after, receipt } = await answer;
  return { ...v.parse(v.object({ record, sale: v.nullable(Sale) }), after), receipt };
}
