/** The differences between orders and registrations: the table of moves, the shelf of their goods, and their events. */
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
  /** Where the goods are in a state; a cancellation names its own shelf. */
  shelf: Record<Exclude<State, 'cancelled'>, Shelf>;
  stateWords: Record<State, string>;
  /** The record for its channel's events and for conflicts. */
  recordOf(sold: Sold): unknown;
  /** The events of a move, without those of money and stock. */
  events(before: Sold, after: Sold, move: Move): Publication[];
  /** Writes that come with a move. */
  also?(after: Sold): Query[];
}

/** The journal's subject of a sale: `order/…`, `registration/…`. */
export const saleSubject = ({ kind, id }: Pick<Sold, 'kind' | 'id'>): string => `${kind}/${id}`;

/** Builds the answer to a change from its journal entry. @param record the schema of the kind */
export async function changeIn<R extends v.GenericSchema>(record: R, answer: Promise<Answer>) {
  const { after, receipt } = await answer;
  return { ...v.parse(v.object({ record, sale: v.nullable(Sale) }), after), receipt };
}
