/** Breaks: begun and ended within one's own open record, each kind up to its allowance over the record's date. */
import * as v from 'valibot';
import { type BoardPerson, Break, type BreakReceipted, type StartBreak } from '../contract/attendance';
import { type Query, rowsOf } from '../db/client';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { BREAK, breakOfRow, type BreakRow } from './rows';
import { breakEnding, breakSubject, isOverdue, latest, readStay, STAY, stayOf, type Stay } from './stay';
import { breakTold, closedBreakTold } from './tell';

/** How often we look again when somebody else was faster. */
const TRIES = 3;
const MINUTE = 60_000;

/** SQL: what the person (?1) has had of this kind (?2) on the date of that record (?3), in milliseconds. One that is on counts as a whole. */
const USED = `(SELECT coalesce(sum(coalesce(end_at, breaks.due_at) - start_at), 0)
  FROM breaks JOIN attendance AS its ON its.id = record_id WHERE breaks.person_id = ?1 AND kind = ?2
  AND its.work_date = (SELECT work_date FROM attendance AS asked WHERE asked.id = ?3 AND asked.person_id = ?1))`;

/**
 * Starts a break in the open record. Whoever is on a break of that kind already gets that one and its first receipt.
 * @throws Refusal `not_checked_in`, `on_break` with the other kind's break as `current`, `break_spent`, `invalid_input`,
 * `key_reused`, `changed_meanwhile`, `unavailable`
 */
export async function startBreak(scope: Scope, { id, recordId, kind }: StartBreak): Promise<BreakReceipted> {
  const { me, d1 } = scope;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const now = scope.now();
    const found = await d1.batch([
      ...stayOf(d1, me.id, recordId),
      d1.prepare(`SELECT ${USED} AS used`).bind(me.id, kind, recordId),
    ]);
    const stay = readStay(found);
    if (stay?.breaks.some((it) => it.id === id)) return already(scope, id, 'break.started');
    if (!stay || stay.record.outAt !== null || isOverdue(stay.record, now)) {
      const open = readStay(await d1.batch(stayOf(d1, me.id)));
      throw new Refusal('not_checked_in', { current: open?.record ?? null });
    }
    const at = latest(stay, now);
    const open = stay.breaks.find(({ endAt }) => endAt === null);
    if (open && at < open.dueAt) {
      if (open.kind !== kind) throw new Refusal('on_break', { current: open });
      return already(scope, open.id, 'break.started');
    }
    const [{ used } = { used: 0 }] = rowsOf<{ used: number }>(found[STAY]);
    const begun: Break = {
      ...{ id, recordId, personId: me.id, kind, startAt: at, endAt: null },
      ...{ dueAt: at + leftOf(scope, kind, used), auto: false },
    };
    const answer = await scope.commit({ at, ...beginning(scope, stay, open, begun, used) });
    if (answer) return receipted(answer);
  }
  throw new Refusal('changed_meanwhile');
}

/** The changes: a break that has run to its allowance is ended first, and the new one begins if all is as we saw it. */
function beginning(scope: Scope, { record }: Stay, spent: Break | undefined, begun: Break, used: number) {
  const { me } = scope;
  const ended = spent && { ...spent, endAt: spent.dueAt, auto: true };
  const { id, recordId, kind, startAt, dueAt } = begun;
  const write: Query = {
    toSQL: () => ({
      sql: `INSERT INTO breaks (id, record_id, person_id, kind, start_at, due_at)
        SELECT ?4, id, person_id, ?2, ?5, ?6 FROM attendance
        WHERE id = ?3 AND person_id = ?1 AND out_at IS NULL AND ${USED} = ?7`,
      params: [me.id, kind, recordId, id, startAt, dueAt, used],
    }),
  };
  return {
    changes: [
      ...(spent && ended ? [breakEnding(scope, spent, ended)] : []),
      { write, action: 'break.started', subject: breakSubject(id), before: null, after: begun },
    ],
    publish: [...(ended ? closedBreakTold(me, ended) : []), ...breakTold(me, begun, record.inAt)],
  };
}

/** Milliseconds left of today's allowance. @throws Refusal `invalid_input` for a kind there is not, `break_spent` */
function leftOf({ me }: Scope, kind: string, used: number): number {
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
 * Ends one's break of that id, at its allowance at the latest. An ended one answers with its first receipt.
 * @throws Refusal `no_such_break`, `key_reused`, `unavailable`
 */
export async function endBreak(scope: Scope, id: string): Promise<BreakReceipted> {
  const { me, d1 } = scope;
  const row = await d1
    .prepare(
      `SELECT ${BREAK}, in_at AS inAt FROM breaks JOIN attendance ON attendance.id = record_id
       WHERE breaks.id = ?1 AND breaks.person_id = ?2`,
    )
    .bind(id, me.id)
    .first<BreakRow & { inAt: number }>();
  if (!row) throw new Refusal('no_such_break');
  const { inAt, ...rest } = row;
  const before = breakOfRow(rest);
  if (before.endAt === null) {
    const at = Math.max(scope.now(), before.startAt);
    const after = { ...before, endAt: Math.min(at, before.dueAt), auto: at >= before.dueAt };
    const answer = await scope.commit({ at, ...endingOf(scope, me, before, after, inAt) });
    if (answer) return receipted(answer);
  }
  return already(scope, id, 'break.ended');
}

/** The change that ends a break while its record stays open, and what it tells. */
export const endingOf = (scope: Scope, person: BoardPerson, before: Break, after: Break, inAt: number) => ({
  changes: [breakEnding(scope, before, after)],
  publish: breakTold(person, after, inAt),
});

const already = async (scope: Scope, id: string, action: 'break.started' | 'break.ended') =>
  receipted(await scope.already(breakSubject(id), action));

const receipted = ({ after, receipt }: Answer): BreakReceipted => ({
  break: v.parse(Break, after),
  receipt,
});
