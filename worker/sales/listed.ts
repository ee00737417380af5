/** The sales that a page loads: every open one, and those closed today. */
import { businessDate, businessDay } from '../contract/business-day';
import type { ChannelName } from '../contract/channels';
import { type Capability, rolesWith } from '../contract/roles';
import type { Named } from '../contract/sessions/sessions';
import { type Fact, map, row, rows, together } from '../db/queries';
import type { Scope } from '../scope';
import { headsIn } from '../live/replay';
import { type Sold, soldIn } from './rows';

/** Paid sales come first, so that unpaid ones cannot crowd them out. More does not fit a screen or an answer. */
const [OPEN, CLOSED] = [500, 300];

export interface Today {
  date: string;
  dayStart: string;
  /** When it began, UTC epoch milliseconds. */
  since: number;
}

/** The business day at present. */
export function todayFrom({ me: { settings }, now }: Scope): Today {
  const date = businessDate(settings, now());
  return { date, dayStart: settings.dayStart, since: businessDay(settings, date).from };
}

const isOpen = (kind: Sold['kind']) => `kind = '${kind}' AND state NOT IN ('released', 'cancelled')`;
/** An order that was cancelled before it had a number is shown nowhere, one that was sold without network at tills only. */
const isClosed = ({ kind, offline }: Listed) =>
  `kind = '${kind}' AND state IN ('released', 'cancelled') AND changed_at >= ?1 AND NOT (state = 'cancelled' AND number IS NULL)
   ${offline ? '' : 'AND arrived_at IS NULL'}`;

/** Which sales a page lists. */
export interface Listed {
  kind: Sold['kind'];
  /** Whether also those that were sold without network. */
  offline: boolean;
}

/** SQL: the ids of the listed sales; ?1 is the start of today. */
export const listedIds = (which: Listed): string =>
  `SELECT id FROM (SELECT id FROM sales WHERE ${isOpen(which.kind)} ORDER BY paid_at IS NULL, created_at LIMIT ${OPEN})
   UNION ALL SELECT id FROM (SELECT id FROM sales WHERE ${isClosed(which)} ORDER BY changed_at DESC LIMIT ${CLOSED})`;

/** The sales, whether some were left out, the staff, and the cursor of these channels. */
export const listed = (d1: D1Database, which: Listed, { since }: Today, ...channels: ChannelName[]) =>
  together({
    at: headsIn(d1, ...channels),
    sold: soldIn(d1, `WHERE s.id IN (${listedIds(which)}) ORDER BY s.created_at, s.id`, [since]),
    truncated: map(
      row<{ truncated: number }>(
        d1,
        `SELECT (SELECT count(*) FROM sales WHERE ${isOpen(which.kind)}) > ${OPEN}
         OR (SELECT count(*) FROM sales WHERE ${isClosed(which)}) > ${CLOSED} AS truncated`,
        [since],
      ),
      (found) => found?.truncated === 1,
    ),
    staff: staffWith(d1, `${which.kind}s.see`),
  });

/** Active people with that capability, by name. */
export const staffWith = (d1: D1Database, capability: Capability): Fact<Named[]> =>
  rows<Named>(
    d1,
    `SELECT id, name FROM people WHERE active AND EXISTS (SELECT 1 FROM json_each(roles) AS role
     WHERE role.value IN (SELECT value FROM json_each(?1))) ORDER BY sort_key, id`,
    [JSON.stringify(rolesWith(capability))],
  );
