/** Receipts that a device numbered without network: in each drawer it has a letter of its own, and counts from 1. */
import * as v from 'valibot';
import { DeviceSeries, letterOf } from '../../contract/sales/offline/offline-sales';
import { receiptLabel, receiptParts } from '../../contract/sales/receipts/receipts';
import { type Fact, type Query, query, row, rows, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { drawerIsOpen } from '../payments/payments';

/** A letter of a drawer, whose it is, and its last number. */
export interface Series {
  letter: string;
  /** Null for a letter that only receipts have. */
  device: string | null;
  last: number;
}

/** @param drawer SQL for the drawer's id */
export const seriesOf = (d1: D1Database, drawer: string, params: readonly string[]): Fact<Series[]> =>
  rows<Series>(
    d1,
    `SELECT letter, max(device) AS device, max(last) AS last FROM (
       SELECT letter, device, 0 AS last FROM drawer_devices WHERE drawer_id = ${drawer}
       UNION ALL
       SELECT letter, NULL, max(number) FROM receipts WHERE drawer_id = ${drawer} AND letter <> '' GROUP BY letter
     ) GROUP BY letter`,
    params,
  );

/**
 * The device's letter and next number in the person's own open drawer. A device that has a letter keeps it.
 * @throws Refusal `not_found`, `not_your_drawer`, `drawer_closed`
 */
export async function letterFor(scope: Scope, drawerId: string, device: string): Promise<DeviceSeries> {
  const { after, receipt = null } = await scope.commitIfNeeded({
    subject: `drawer/${drawerId}`,
    action: 'drawer.device_added',
    facts: (d1) =>
      together({
        drawer: row<{ personId: string; closedAt: number | null }>(
          d1,
          'SELECT person_id AS personId, closed_at AS closedAt FROM drawers WHERE id = ?1',
          [drawerId],
        ),
        series: seriesOf(d1, '?1', [drawerId]),
      }),
    decide({ drawer, series }, me) {
      if (!drawer) throw new Refusal('not_found');
      if (drawer.personId !== me.id) throw notYours();
      const own = series.find((it) => it.device === device);
      if (own) return { unchanged: nextOf(own) };
      if (drawer.closedAt !== null) throw new Refusal('drawer_closed');
      const letter = firstFree(series);
      return {
        write: deviceRow(drawerId, device, letter),
        before: null,
        after: nextOf({ letter, device, last: 0 }),
      };
    },
  });
  return { ...v.parse(v.omit(DeviceSeries, ['receipt']), after), receipt };
}

const nextOf = ({ letter, last }: Series) => ({ letter, next: last + 1 });

export const notYours = (): Refusal =>
  new Refusal('not_your_drawer', { detail: 'This drawer is someone else’s.' });

/** The first letter that no device and no receipt of the drawer has. */
function firstFree(series: readonly Series[]): string {
  const used = new Set(series.map(({ letter }) => letter));
  let count = 1;
  while (used.has(letterOf(count))) count += 1;
  return letterOf(count);
}

/** The keys refuse a second letter of a device, and a letter twice. */
const deviceRow = (drawerId: string, device: string, letter: string): Query =>
  query(
    `INSERT INTO drawer_devices (drawer_id, device, letter) SELECT ?1, ?2, ?3 WHERE ${drawerIsOpen('?1')}`,
    [drawerId, device, letter],
  );

/** The number that a sale's receipt gets. */
export interface Numbered {
  letter: string;
  number: number;
  /** "D0147-A001" */
  label: string;
  /** Whether the letter is new to the drawer, or to the device. */
  also: Query[];
}

/**
 * The number on the customer's paper, unless another receipt has it or another device its letter, as after a restore. Then it is
 * the next one of the device. Of two sales at the same moment the key of receipts refuses one, and it is decided again.
 * @param taken whether a receipt of the drawer has that letter and number
 */
export function numberedAs(
  said: string,
  { id, number: drawer }: { id: string; number: number | null },
  device: string,
  { series, taken }: { series: readonly Series[]; taken: boolean },
): Numbered {
  const { letter, number } = receiptParts(said);
  const own = series.find((it) => it.device === device);
  const holder = series.find((it) => it.letter === letter)?.device ?? null;
  const asSaid = !taken && (holder === null || holder === device);
  const its = asSaid ? { letter, number } : nextNumber(own ?? { letter: firstFree(series), device, last: 0 });
  return {
    ...its,
    label: receiptLabel(drawer ?? 0, its.letter, its.number),
    also: own
      ? []
      : [
          query('INSERT INTO drawer_devices (drawer_id, device, letter) VALUES (?1, ?2, ?3)', [
            id,
            device,
            its.letter,
          ]),
        ],
  };
}

const nextNumber = ({ letter, last }: Series) => ({ letter, number: last + 1 });
