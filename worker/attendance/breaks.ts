/** Breaks within one's own open record, each kind up to its allowance on the record's date. */
import * as v from 'valibot';
import { Break, type BreakReceipted, type StartBreak } from '../contract/attendance/attendance';
import { isOverdue } from '../contract/attendance/assumed-end';
import { type Fact, map, query, row, rows, together } from '../db/queries';
import type { Answer, Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Asker } from '../session';
import { openOn } from '../settings/closing';
import { breakEnding, notBeforeLast } from './endings';
import { daysInReview, refuseUntimely, unlessInReview } from './corrections/review';
import {
  breakEvents,
  breakSubject,
  endedBreakEvents,
  openRecordOf,
  type PersonRecord,
  recordOf,
  recordsWhere,
} from './records';

const MINUTE = 60_000;

/** SQL: milliseconds that a person (?1) has used of a kind (?2) on the date of a record (?3). An open break counts to its allowance. */
const USED = `(SELECT coalesce(sum(coalesce(end_at, breaks.due_at) - start_at), 0)
  FROM breaks JOIN attendance AS its ON its.id = record_id WHERE breaks.person_id = ?1 AND kind = ?2
  AND its.work_date = (SELECT work_date FROM attendance AS named WHERE named.id = ?3 AND named.person_id = ?1))`;

/**
 * Starts a break in the open record. A person who is on a break of that kind gets that break and its first receipt.
 * @throws Refusal `not_checked_in`, `on_break` with the other kind's break as `current`, `break_spent`, `invalid_input`,
 * `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function startBreak(scope: Scope, { id, recordId, kind }: StartBreak): Promise<BreakReceipted> {
  const answer = await scope.commit({
    subject: breakSubject(id),
    action: 'break.started',
    facts: (d1, who) =>
      together({
        named: recordOf(d1, who, recordId),
        open: openRecordOf(d1, who),
        used: map(
          row<{ used: number }>(d1, `SELECT ${USED} AS used`, [who, kind, recordId]),
          (it) => it?.used ?? 0,
        ),
        inReview: daysInReview(d1, who, scope.tap),
        // A break that a correction began has no receipt of its start.
        begun: actionsOf(d1, 'record_id', recordId, ['break.started']),
      }),
    decide({ named, open, used, begun, inReview }, me, now) {
      const already = (it: Break) => {
        if (!begun.has(it.id)) throw new Refusal('on_break', { current: it });
        return { done: 'break.started', subject: breakSubject(it.id) };
      };
      const same = named?.breaks.find((it) => it.id === id);
      if (same) return already(same);
      const last = named ? notBeforeLast(named, 0) : 0;
      refuseUntimely(scope.tap, { at: last, date: named?.record.workDate, inReview });
      if (!named || named.record.outAt !== null || isOverdue(named.record, now))
        throw new Refusal('not_checked_in', { current: open?.record ?? null });
      const at = notBeforeLast(named, now);
      const on = named.breaks.find(({ endAt }) => endAt === null);
      if (on && at < on.dueAt) {
        if (on.kind !== kind) throw new Refusal('on_break', { current: on });
        return already(on);
      }
      const begins: Break = {
        id,
        recordId,
        personId: me.id,
        kind,
        startAt: at,
        endAt: null,
        dueAt: at + leftOf(me, kind, used),
        auto: false,
        offline: scope.tap?.offline === true,
      };
      return { at, ...beginning(named, on, begins, used) };
    },
  });
  return breakReceipted(answer);
}

/** Ends a break at its allowance first. The write fails if the record has closed or the time used has changed. */
function beginning(open: PersonRecord, spent: Break | undefined, begun: Break, used: number) {
  const { record, person } = open;
  const ended = spent && { ...spent, endAt: spent.dueAt, auto: true };
  const { id, recordId, personId, kind, startAt, dueAt, offline } = begun;
  const write = query(
    `INSERT INTO breaks (id, record_id, person_id, kind, start_at, due_at, offline)
     SELECT ?4, id, person_id, ?2, ?5, ?6, ?8 FROM attendance
     WHERE id = ?3 AND person_id = ?1 AND out_at IS NULL AND ${USED} = ?7`,
    [personId, kind, recordId, id, startAt, dueAt, used, offline ? 1 : 0],
  );
  return {
    changes: [
      ...(spent && ended ? [breakEnding(spent, ended, record.workDate)] : []),
      {
        write,
        action: 'break.started',
        subject: breakSubject(id),
        before: null,
        after: begun,
        onlyIf: openOn(record.workDate),
      },
    ],
    publish: [...(ended ? endedBreakEvents(person, ended) : []), ...breakEvents(person, begun, record.inAt)],
  };
}

/** Milliseconds left of the day's allowance. @throws Refusal `invalid_input` for an unknown kind, `break_spent` */
function leftOf(me: Asker, kind: string, used: number): number {
  const allowed = me.settings.breaks.find((it) => it.kind === kind);
  if (!allowed) {
    const message = 'must be one of the workplace’s kinds of break';
    throw new Refusal('invalid_input', { issues: [{ path: 'kind', message }], detail: `kind: ${message}` });
  }
  const left = allowed.minutes * MINUTE - used;
  if (left <= 0) throw new Refusal('break_spent');
  return left;
}

/**
 * Ends one's break of that id. A break that ended at its allowance gets its true end while its record is open and no later break
 * has begun. A break that its person has ended answers with its first receipt.
 * @throws Refusal `no_such_break`, with the break as `current` if a correction ended it; `key_reused`, `changed_meanwhile`,
 * `unavailable`
 */
export async function endBreak(scope: Scope, id: string): Promise<BreakReceipted> {
  const answer = await scope.commit({
    subject: breakSubject(id),
    action: 'break.ended',
    facts: (d1, who) =>
      together({
        found: map(
          recordsWhere(
            d1,
            'person_id = ?1 AND id = (SELECT record_id FROM breaks WHERE id = ?2 AND person_id = ?1)',
            who,
            id,
          ),
          ([first]) => first,
        ),
        inReview: daysInReview(d1, who, scope.tap),
        ended: actionsOf(d1, 'breaks.id', id, ['break.ended', 'break.returned']),
      }),
    decide({ found, ended, inReview }, _me, now) {
      const before = found?.breaks.find((it) => it.id === id);
      refuseUntimely(scope.tap, { at: before?.startAt ?? 0, date: found?.record.workDate, inReview });
      if (!found || !before) throw new Refusal('no_such_break');
      const at = Math.max(now, before.startAt);
      const offline = before.offline || scope.tap?.offline === true;
      if (before.endAt === null || mayReturn(found, before, at))
        return { at, ...endingOf(found, before, { ...before, endAt: at, auto: false, offline }) };
      const done = ended.get(id);
      if (done === undefined || scope.tap?.offline) throw new Refusal('no_such_break', { current: before });
      return { done };
    },
  });
  return breakReceipted(answer);
}

/** Whether “End break” can set the true end of a break that ended at its allowance. */
const mayReturn = ({ record, breaks }: PersonRecord, { auto, startAt }: Break, at: number): boolean =>
  auto && record.outAt === null && !isOverdue(record, at) && !breaks.some((it) => it.startAt > startAt);

export const endingOf = ({ record, person }: PersonRecord, before: Break, after: Break) => ({
  changes: [
    before.endAt === null
      ? breakEnding(before, after, record.workDate)
      : breakReturning(before, after, record.workDate),
  ],
  publish: breakEvents(person, after, record.inAt),
});

/** The true end of a break that ended by itself. The write fails if the record has closed or another break has begun. */
const breakReturning = (before: Break, after: Break, workDate: string): Change => ({
  write: query(
    `UPDATE breaks SET end_at = ?2, auto = 0, offline = ?4 WHERE id = ?1 AND auto AND end_at = ?3
     AND EXISTS (SELECT 1 FROM attendance WHERE id = record_id AND out_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM breaks AS later WHERE later.record_id = breaks.record_id AND later.start_at > breaks.start_at)`,
    [before.id, after.endAt, before.endAt, after.offline ? 1 : 0],
  ),
  action: 'break.returned',
  subject: breakSubject(before.id),
  before,
  after,
  onlyIf: openOn(workDate),
});

/** The last of these actions in the journal, by break. */
const actionsOf = (
  d1: D1Database,
  which: 'breaks.id' | 'record_id',
  id: string,
  actions: string[],
): Fact<ReadonlyMap<string, string>> =>
  map(
    rows<{ id: string; action: string }>(
      d1,
      `SELECT breaks.id, action FROM breaks JOIN journal ON subject = 'break/' || breaks.id
       WHERE ${which} = ?1 AND action IN (SELECT value FROM json_each(?2)) ORDER BY journal.id`,
      [id, JSON.stringify(actions)],
    ),
    (entries) => new Map(entries.map((entry) => [entry.id, entry.action])),
  );

export const breakReceipted = (answer: Answer): BreakReceipted => ({
  break: v.parse(Break, unlessInReview(answer).after),
  receipt: answer.receipt,
});
