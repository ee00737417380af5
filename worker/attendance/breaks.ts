/** Breaks: begun and ended within one's own open record, each kind up to its allowance over the record's date. */
import * as v from 'valibot';
import { Break, type BreakReceipted, type StartBreak } from '../contract/attendance/attendance';
import { isOverdue } from '../contract/attendance/stay';
import { type Fact, map, query, row, rows, together } from '../db/queries';
import type { Answer, Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Asker, Scope } from '../scope';
import { openOn } from '../settings/closing';
import { breakEnding, breakSubject, latest, stayOf, staysOf, type Stay } from './stay';
import { breakTold, closedBreakTold } from './tell';

const MINUTE = 60_000;

/** SQL: what the person (?1) has had of this kind (?2) on the date of that record (?3), in milliseconds. One that is on counts as a whole. */
const USED = `(SELECT coalesce(sum(coalesce(end_at, breaks.due_at) - start_at), 0)
  FROM breaks JOIN attendance AS its ON its.id = record_id WHERE breaks.person_id = ?1 AND kind = ?2
  AND its.work_date = (SELECT work_date FROM attendance AS asked WHERE asked.id = ?3 AND asked.person_id = ?1))`;

/**
 * Starts a break in the open record. A person on a break of that kind already gets that one and its first receipt.
 * @throws Refusal `not_checked_in`, `on_break` with the other kind's break as `current`, `break_spent`, `invalid_input`,
 * `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function startBreak(scope: Scope, { id, recordId, kind }: StartBreak): Promise<BreakReceipted> {
  const answer = await scope.commit({
    subject: breakSubject(id),
    action: 'break.started',
    facts: (d1, who) =>
      together({
        stay: stayOf(d1, who, recordId),
        open: stayOf(d1, who),
        used: map(
          row<{ used: number }>(d1.prepare(`SELECT ${USED} AS used`).bind(who, kind, recordId)),
          (it) => it?.used ?? 0,
        ),
        // Breaks that a correction began have no receipt of a beginning.
        begun: actionsOf(d1, 'record_id', recordId, ['break.started']),
      }),
    decide({ stay, open, used, begun }, me, now) {
      const already = (it: Break) => {
        if (!begun.has(it.id)) throw new Refusal('on_break', { current: it });
        return { done: 'break.started', subject: breakSubject(it.id) };
      };
      const same = stay?.breaks.find((it) => it.id === id);
      if (same) return already(same);
      if (!stay || stay.record.outAt !== null || isOverdue(stay.record, now))
        throw new Refusal('not_checked_in', { current: open?.record ?? null });
      const at = latest(stay, now);
      const on = stay.breaks.find(({ endAt }) => endAt === null);
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
      };
      return { at, ...beginning(stay, on, begins, used) };
    },
  });
  return receipted(answer);
}

/** The changes: a break that has run to its allowance is ended first, and the new one begins if all is as we saw it. */
function beginning(stay: Stay, spent: Break | undefined, begun: Break, used: number) {
  const { record, person } = stay;
  const ended = spent && { ...spent, endAt: spent.dueAt, auto: true };
  const { id, recordId, personId, kind, startAt, dueAt } = begun;
  const write = query(
    `INSERT INTO breaks (id, record_id, person_id, kind, start_at, due_at)
     SELECT ?4, id, person_id, ?2, ?5, ?6 FROM attendance
     WHERE id = ?3 AND person_id = ?1 AND out_at IS NULL AND ${USED} = ?7`,
    personId,
    kind,
    recordId,
    id,
    startAt,
    dueAt,
    used,
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
    publish: [...(ended ? closedBreakTold(person, ended) : []), ...breakTold(person, begun, record.inAt)],
  };
}

/** Milliseconds left of today's allowance. @throws Refusal `invalid_input` for a kind there is not, `break_spent` */
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
 * Ends one's break of that id. One that was assumed to end at its allowance gets its true end, as long as its record is open
 * and no other break has begun. A break that its person has ended answers with its first receipt.
 * @throws Refusal `no_such_break`, with the break as `current` where a correction ended it; `key_reused`, `changed_meanwhile`,
 * `unavailable`
 */
export async function endBreak(scope: Scope, id: string): Promise<BreakReceipted> {
  const answer = await scope.commit({
    subject: breakSubject(id),
    action: 'break.ended',
    facts: (d1, who) =>
      together({
        stay: map(
          staysOf(
            d1,
            'person_id = ?1 AND id = (SELECT record_id FROM breaks WHERE id = ?2 AND person_id = ?1)',
            who,
            id,
          ),
          ([stay]) => stay,
        ),
        ended: actionsOf(d1, 'breaks.id', id, ['break.ended', 'break.returned']),
      }),
    decide({ stay, ended }, _me, now) {
      const before = stay?.breaks.find((it) => it.id === id);
      if (!stay || !before) throw new Refusal('no_such_break');
      const at = Math.max(now, before.startAt);
      if (before.endAt === null || mayReturn(stay, before, at))
        return { at, ...endingOf(stay, before, { ...before, endAt: at, auto: false }) };
      const done = ended.get(id);
      if (done === undefined) throw new Refusal('no_such_break', { current: before });
      return { done };
    },
  });
  return receipted(answer);
}

/** Whether “Back” can still be the true end of a break that was assumed to end at its allowance. */
const mayReturn = ({ record, breaks }: Stay, { auto, startAt }: Break, at: number): boolean =>
  auto && record.outAt === null && !isOverdue(record, at) && !breaks.some((it) => it.startAt > startAt);

/** The change that ends a break while its record stays open, and what it tells. */
export const endingOf = ({ record, person }: Stay, before: Break, after: Break) => ({
  changes: [
    before.endAt === null
      ? breakEnding(before, after, record.workDate)
      : breakReturning(before, after, record.workDate),
  ],
  publish: breakTold(person, after, record.inAt),
});

/** The true end of a break that ended by itself, unless its record was closed or another break begun meanwhile. */
const breakReturning = (before: Break, after: Break, workDate: string): Change => ({
  write: query(
    `UPDATE breaks SET end_at = ?2, auto = 0 WHERE id = ?1 AND auto AND end_at = ?3
     AND EXISTS (SELECT 1 FROM attendance WHERE id = record_id AND out_at IS NULL)
     AND NOT EXISTS (SELECT 1 FROM breaks AS later WHERE later.record_id = breaks.record_id AND later.start_at > breaks.start_at)`,
    before.id,
    after.endAt,
    before.endAt,
  ),
  action: 'break.returned',
  subject: breakSubject(before.id),
  before,
  after,
  onlyIf: openOn(workDate),
});

/** The last of these actions that the journal has of each break: “Back” after its assumed end comes last. */
const actionsOf = (
  d1: D1Database,
  which: 'breaks.id' | 'record_id',
  id: string,
  actions: string[],
): Fact<ReadonlyMap<string, string>> =>
  map(
    rows<{ id: string; action: string }>(
      d1
        .prepare(
          `SELECT breaks.id, action FROM breaks JOIN journal ON subject = 'break/' || breaks.id
           WHERE ${which} = ?1 AND action IN (SELECT value FROM json_each(?2)) ORDER BY journal.id`,
        )
        .bind(id, JSON.stringify(actions)),
    ),
    (entries) => new Map(entries.map((entry) => [entry.id, entry.action])),
  );

const receipted = ({ after, receipt }: Answer): BreakReceipted => ({
  break: v.parse(Break, after),
  receipt,
});
