/** Payroll is done up to a date, and no write changes a day up to it. Reopening needs a reason. */
import type { Closing, SetClosing } from '../contract/settings/settings';
import { ask, type Fact, map, query, row, together } from '../db/queries';
import type { Answer, Condition } from '../live/commit';
import { dayWords } from '../contract/zones';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { rosterUpdated, todayOf } from './plan';

/** SQL: the latest closed date; the empty string without one. */
export const CLOSED_THROUGH = `(SELECT coalesce(max(through), '') FROM closing)`;

/** The condition of every write of a day. @param date the earliest local date that the write changes */
export const openOn = (date: string): Condition => ({
  sql: `?7 > ${CLOSED_THROUGH}`,
  value: date,
  otherwise: 'period_closed',
});

export const closingNow = async ({ d1 }: Pick<Scope, 'd1'>): Promise<Closing> => ({
  through: await ask(d1, closedThrough(d1)),
});

export const closedThrough = (d1: D1Database): Fact<string | null> =>
  map(row<Closing>(d1, 'SELECT through FROM closing'), (found) => found?.through ?? null);

/** @throws Refusal `period_closed` if that date is closed */
export function refuseClosed(through: string | null, date: string): void {
  if (through === null || date > through) return;
  throw new Refusal('period_closed', {
    detail: `Hours up to ${dayWords(through)} are closed. An admin can reopen them.`,
  });
}

/**
 * Closes all days up to a date, or reopens the days after an earlier one.
 * @throws Refusal `invalid_input` for a date that is not past, or a reopening without a reason, `still_undecided` for open
 * records or pending requests up to that date, `changed_meanwhile`
 */
export const setClosing = (scope: Scope, { through, seen, reason }: SetClosing): Promise<Answer> =>
  scope.commit({
    subject: 'closing/hours',
    action: 'hours.closed',
    facts: (d1) =>
      together({
        closed: closedThrough(d1),
        undecided: row(d1, `SELECT 1 WHERE ${UNDECIDED}`, [through]),
      }),
    decide({ closed, undecided }, me, now) {
      if (through !== null && through >= todayOf(me, now)) refuse('through', 'must be a day before today');
      const reopens = seen !== null && (through === null || through < seen);
      if (reopens && reason === null) refuse('reason', 'must give a reason for reopening');
      const current: Closing = { through: closed };
      if (undecided) throw new Refusal('still_undecided', { current });
      if (closed !== seen || closed === through) throw new Refusal('changed_meanwhile', { current });
      return {
        write: query(`UPDATE closing SET through = ?1 WHERE through IS ?2 AND NOT ${UNDECIDED}`, [
          through,
          seen,
        ]),
        action: reopens ? 'hours.reopened' : 'hours.closed',
        before: { through: seen },
        after: { through, reason },
        publish: [rosterUpdated],
      };
    },
  });

/** SQL: a record is open, or a request pending, up to the date ?1. `+` keeps the index of all dates out: few are open. */
const UNDECIDED = `(EXISTS (SELECT 1 FROM attendance WHERE out_at IS NULL AND +work_date <= ?1)
  OR EXISTS (SELECT 1 FROM corrections WHERE state = 'pending' AND from_date <= ?1))`;

function refuse(path: string, message: string): never {
  throw new Refusal('invalid_input', { detail: `${path} ${message}.`, issues: [{ path, message }] });
}
