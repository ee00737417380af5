/** The differences between orders and registrations: the table of moves, the shelf of their goods, their events, and the words of their pushes. */
import * as v from 'valibot';
import type { Publication } from '../contract/events';
import type { Shelf } from '../contract/products/products';
import type { Move, Moves } from '../contract/sales/moves';
import type { Query } from '../db/queries';
import type { Answer } from '../live/commit';
import { queued } from '../notifications/push/queue';
import { KeptSale } from './kept';
import { labelOf, type Sold } from './rows';

export interface SaleKind<State extends string = string> {
  name: Sold['kind'];
  moves: Moves<State>;
  /** Where the goods are in a state; a cancellation names its own shelf. */
  shelf: Record<Exclude<State, 'cancelled'>, Shelf>;
  stateWords(sold: Sold): string;
  /** The next number of its place and that date; only of orders. */
  draw?(d1: D1Database, sold: Pick<Sold, 'place'>, on: { date: string; at: number }): Promise<number>;
  /** The record for its channel's events and for conflicts. */
  recordOf(sold: Sold): unknown;
  /** The events of a move, without those of money and stock. */
  events(before: Sold, after: Sold, move: Move): Publication[];
  /** Writes that come with a move. */
  also?(after: Sold): Query[];
}

/** The journal's subject of a sale: `order/…`, `registration/…`. */
export const saleSubject = ({ kind, id }: Pick<Sold, 'kind' | 'id'>): string => `${kind}/${id}`;

/** The push to the people of a release desk that no one has open. @param sold as it has just been paid */
export function waits(sold: Sold): Query {
  const { id, place, changed } = sold;
  const body = [labelOf(sold), ...(place ? [place.name] : [])].join(', ');
  return queued(
    sold.kind === 'order'
      ? { id, kind: 'orders.waiting', title: 'An order waits for release', body, href: '/releasing/orders' }
      : {
          id,
          kind: 'registrations.waiting',
          title: 'A registration waits for release',
          body,
          href: '/releasing/registrations',
        },
    changed.at,
  );
}

/** Builds the answer to a change from its journal entry. @param record the schema of the kind */
export async function changeIn<R extends v.GenericSchema>(record: R, answer: Promise<Answer>) {
  const { after, receipt } = await answer;
  return { ...v.parse(v.object({ record, sale: v.nullable(KeptSale) }), after), receipt };
}
