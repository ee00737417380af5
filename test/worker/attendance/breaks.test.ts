import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn as arrive, checkOut as leave } from '../../../worker/attendance/check-in';
import { endBreak as back, startBreak as begin } from '../../../worker/attendance/breaks';
import type { Break, BreakReceipted, Receipted } from '../../../worker/contract/attendance/attendance';
import { Refusal } from '../../../worker/refusal';
import {
  checkIn,
  checkOut,
  endBreak,
  everything,
  impatiently,
  listening,
  newKey,
  scopeOf,
  signedIn,
  type Someone,
  someone,
  startBreak,
} from '../workplace';

const MINUTE = 60_000;
const eight = Date.parse('2026-06-10T08:00+02:00');
const noon = Date.parse('2026-06-10T12:00+02:00');

const breaksOf = async ({ id }: Someone) =>
  (
    await env.DB.prepare(
      'SELECT start_at, end_at, due_at, auto, kind FROM breaks WHERE person_id = ? ORDER BY start_at',
    )
      .bind(id)
      .all<{ start_at: number; end_at: number | null; due_at: number; auto: number; kind: string }>()
  ).results;

/** A person who has been in since eight, and their taps at given moments. */
async function atWork() {
  const ben = await someone();
  const recordId = uuidv7();
  await arrive(scopeOf(ben, eight), recordId);
  return {
    ben,
    recordId,
    starts: async (at: number, kind = 'meal', id: string = uuidv7()) =>
      (await begin(scopeOf(ben, at), { id, recordId, kind })).break,
    ends: async (at: number, id: string) => (await back(scopeOf(ben, at), id)).break,
    leaves: async (at: number) => (await leave(scopeOf(ben, at), recordId)).record,
  };
}

const refusal = (act: Promise<unknown>): Promise<string> =>
  act.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );

const json = async <T>(answer: Promise<Response>): Promise<T> => (await answer).json<T>();

describe('a break', () => {
  it('is published as presence to everyone, and in full to its person and the board', async () => {
    const [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone({ name: 'Ben Okafor' })];
    const { record } = await json<Receipted>(checkIn(ben));
    const board = await listening(ana, 'admin.dashboard');
    const own = await listening(ben, `user.${ben.id}`);
    const everyone = await listening(ana, 'attendance');
    const begun = await json<BreakReceipted>(startBreak(ben, record.id));
    const ended = await json<BreakReceipted>(endBreak(ben, begun.break.id));
    await Promise.all([board, own, everyone].map((it) => it.until(() => it.events.length === 2)));
    const entries = [begun.receipt.entry, ended.receipt.entry];
    for (const { events } of [board, own, everyone]) {
      expect(events.map(({ type }) => type)).toEqual(['break.updated', 'break.updated']);
      expect(events.map(({ entry }) => entry)).toEqual(entries);
    }
    expect(own.events.map(({ data }) => data)).toEqual([begun.break, ended.break]);
    expect(board.events[0]?.data).toMatchObject({ person: { name: 'Ben Okafor' }, break: begun.break });
    const presence = { personId: ben.id, name: 'Ben Okafor' };
    expect(everyone.events.map(({ data }) => data)).toEqual([
      { ...presence, state: 'break', since: begun.break.startAt },
      { ...presence, state: 'in', since: record.inAt },
    ]);
  });

  it('is journaled with before and after', async () => {
    const ben = await someone();
    const { record } = await json<Receipted>(checkIn(ben));
    const begun = await json<BreakReceipted>(startBreak(ben, record.id));
    const ended = await json<BreakReceipted>(endBreak(ben, begun.break.id));
    const { results } = await env.DB.prepare('SELECT * FROM journal WHERE subject = ? ORDER BY id')
      .bind(`break/${begun.break.id}`)
      .all<{ action: string; actor: string; before: string; after: string }>();
    expect(results).toMatchObject([
      { action: 'break.started', actor: ben.id, before: null },
      { action: 'break.ended', actor: ben.id },
    ]);
    expect(JSON.parse(results[1]?.before as string)).toEqual(begun.break);
    expect(JSON.parse(results[1]?.after as string)).toEqual(ended.break);
  });

  it('runs until its kind’s allowance of the day is used up', async () => {
    const { starts, ends } = await atWork();
    const first = await starts(noon);
    expect(first.dueAt - first.startAt).toBe(45 * MINUTE);
    await ends(noon + 30 * MINUTE, first.id);
    const rest = await starts(noon + 40 * MINUTE, 'rest');
    expect(rest.dueAt - rest.startAt).toBe(20 * MINUTE);
    await ends(noon + 41 * MINUTE, rest.id);
    const second = await starts(noon + 60 * MINUTE);
    expect(second.dueAt - second.startAt).toBe(15 * MINUTE);
  });

  it('shares the allowance with other records of the date, not with the next day', async () => {
    const { ben, starts, ends, leaves } = await atWork();
    const first = await starts(noon);
    await ends(noon + 30 * MINUTE, first.id);
    await leaves(noon + 60 * MINUTE);
    const again = uuidv7();
    await arrive(scopeOf(ben, noon + 90 * MINUTE), again);
    const second = await begin(scopeOf(ben, noon + 100 * MINUTE), {
      id: uuidv7(),
      recordId: again,
      kind: 'meal',
    });
    expect(second.break.dueAt - second.break.startAt).toBe(15 * MINUTE);
    await leave(scopeOf(ben, noon + 110 * MINUTE), again);
    const tomorrow = uuidv7();
    await arrive(scopeOf(ben, eight + 24 * 60 * MINUTE), tomorrow);
    const third = await begin(scopeOf(ben, noon + 24 * 60 * MINUTE), {
      id: uuidv7(),
      recordId: tomorrow,
      kind: 'meal',
    });
    expect(third.break.dueAt - third.break.startAt).toBe(45 * MINUTE);
  });

  it('is refused when the allowance is used up', async () => {
    const { ben, starts, ends } = await atWork();
    await ends(noon + 50 * MINUTE, (await starts(noon)).id);
    expect(await breaksOf(ben)).toMatchObject([{ end_at: noon + 50 * MINUTE, auto: 0 }]); // Back is the true end
    const before = await everything();
    expect(await refusal(starts(noon + 60 * MINUTE))).toBe('break_spent');
    expect(await everything()).toEqual(before);
  });

  it('ends an earlier break at its allowance first, before the job has run', async () => {
    const { ben, starts } = await atWork();
    await starts(noon, 'rest');
    await starts(noon + 30 * MINUTE, 'meal');
    expect(await breaksOf(ben)).toMatchObject([
      { kind: 'rest', end_at: noon + 20 * MINUTE, auto: 1 },
      { kind: 'meal', end_at: null },
    ]);
  });

  it('started twice, from two tabs and two devices, is one break with one receipt', async () => {
    const ben = await someone();
    const phone = { ...ben, ...(await signedIn(ben.id)) };
    const { record } = await json<Receipted>(checkIn(ben));
    const [id, key] = [uuidv7(), newKey()];
    const bodies = await Promise.all([
      json(startBreak(ben, record.id, { id, key })),
      json(startBreak(ben, record.id, { id, key })),
      json(startBreak(phone, record.id)),
      json(startBreak(ben, record.id)),
    ]);
    for (const body of bodies) expect(body).toEqual(bodies[0]);
    expect(await breaksOf(ben)).toHaveLength(1);
    const [{ id: on } = { id: '' }] = (
      await env.DB.prepare('SELECT id FROM breaks WHERE person_id = ?').bind(ben.id).all<{ id: string }>()
    ).results;
    const ends = await Promise.all([1, 2, 3].map(() => json(endBreak(ben, on))));
    for (const body of ends) expect(body).toEqual(ends[0]);
  });

  it('of another kind is refused while a break is open, with that break as current', async () => {
    const ben = await someone();
    const { record } = await json<Receipted>(checkIn(ben));
    const begun = await json<BreakReceipted>(startBreak(ben, record.id));
    const answer = await startBreak(ben, record.id, { kind: 'rest' });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({ code: 'on_break', current: begun.break });
  });

  it('of two kinds at the same moment is one break', async () => {
    const ben = await someone();
    const { record } = await json<Receipted>(checkIn(ben));
    const answers = await Promise.all(
      ['meal', 'rest', 'meal', 'rest'].map((kind) => startBreak(ben, record.id, { kind })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(await breaksOf(ben)).toHaveLength(1);
  });

  it('counts time that another device used between its read and its write', async () => {
    const { ben, recordId, starts, ends } = await atWork();
    const scope = scopeOf(ben, noon + 40 * MINUTE);
    const attempt = scope.attempt.bind(scope);
    let raced = false;
    scope.attempt = async (it) => {
      if (!raced) await ends(noon + 30 * MINUTE, (await starts(noon)).id);
      raced = true;
      return attempt(it);
    };
    const { break: mine } = await begin(scope, { id: uuidv7(), recordId, kind: 'meal' });
    expect(mine.dueAt - mine.startAt).toBe(15 * MINUTE);
  });

  it('sent again late returns the first answer and starts nothing', async () => {
    const ben = await someone();
    const { record } = await json<Receipted>(checkIn(ben));
    const [id, key] = [uuidv7(), newKey()];
    const first = await json<BreakReceipted>(startBreak(ben, record.id, { id, key }));
    await endBreak(ben, id);
    expect(await json(startBreak(ben, record.id, { id, key }))).toEqual(first);
    await checkOut(ben, record.id);
    expect(await json(startBreak(ben, record.id, { id, key }))).toEqual(first);
    expect(await breaksOf(ben)).toHaveLength(1);
  });

  it('exists only within one’s own open record', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const { record } = await json<Receipted>(checkIn(ben));
    const begun = await json<BreakReceipted>(startBreak(ben, record.id));
    const hers = await json<Receipted>(checkIn(eve));
    const before = await everything();
    expect(await json(startBreak(eve, record.id))).toMatchObject({
      code: 'not_checked_in',
      current: hers.record,
    });
    expect(await json(startBreak(eve, uuidv7()))).toMatchObject({ code: 'not_checked_in' });
    expect(await json(endBreak(eve, begun.break.id))).toMatchObject({ code: 'no_such_break' });
    const taken = await impatiently(() => startBreak(eve, hers.record.id, { id: begun.break.id }));
    expect(taken.status).toBe(409);
    expect(await everything()).toEqual(before);
    await checkOut(eve, hers.record.id);
    expect(await json(startBreak(eve, hers.record.id))).toMatchObject({
      code: 'not_checked_in',
      current: null,
    });
  });

  it('of an unknown kind is refused and writes nothing', async () => {
    const ben = await someone();
    const { record } = await json<Receipted>(checkIn(ben));
    const before = await everything();
    const answer = await startBreak(ben, record.id, { kind: 'nap' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_input', issues: [{ path: 'kind' }] });
    expect(await everything()).toEqual(before);
  });

  it('shows in every snapshot until its allowance', async () => {
    const { ben, starts, recordId } = await atWork();
    const it = await starts(noon);
    const { board, myDays, presence } = await import('../../../worker/attendance/days');
    const at = (when: number) => scopeOf(ben, when);
    expect((await myDays(at(noon + MINUTE), { days: 1 })).breaks).toEqual([it]);
    expect((await board(at(noon + MINUTE))).breaks).toContainEqual(it);
    const state = async (when: number) =>
      (await presence(at(when))).people.find(({ personId }) => personId === ben.id);
    expect(await state(noon + MINUTE)).toMatchObject({ state: 'break', since: noon });
    expect(await state(noon + 45 * MINUTE)).toMatchObject({ state: 'in', since: eight });
    expect(recordId).toBe(it.recordId);
  });
});

describe('a check-out while on a break', () => {
  it('ends the break in the same commit, with events for its person and the board', async () => {
    const [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone()];
    const { record } = await json<Receipted>(checkIn(ben));
    const begun = await json<BreakReceipted>(startBreak(ben, record.id));
    const board = await listening(ana, 'admin.dashboard');
    const own = await listening(ben, `user.${ben.id}`);
    const everyone = await listening(ben, 'attendance');
    const out = await json<Receipted>(checkOut(ben, record.id));
    await Promise.all([board, own].map((it) => it.until(() => it.events.length === 2)));
    await everyone.until(() => everyone.events.length === 1);
    const ended: Break = { ...begun.break, endAt: out.record.outAt };
    expect(own.events.map(({ type, data }) => [type, data])).toEqual([
      ['break.updated', ended],
      ['attendance.checked_out', out.record],
    ]);
    expect(board.events[0]?.data).toMatchObject({ break: ended });
    expect(everyone.events[0]).toMatchObject({ type: 'attendance.checked_out', data: { state: 'out' } });
  });

  it('never ends the break after its allowance', async () => {
    const { ben, starts, leaves } = await atWork();
    await starts(noon);
    await leaves(noon + 60 * MINUTE);
    expect(await breaksOf(ben)).toMatchObject([{ end_at: noon + 45 * MINUTE, auto: 1 }]);
  });

  it('leaves no break open when a break starts at the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const ben = await someone();
      const { record } = await json<Receipted>(checkIn(ben));
      const [started, out] = await Promise.all([startBreak(ben, record.id), checkOut(ben, record.id)]);
      expect(out.status).toBe(200);
      expect([200, 409]).toContain(started.status);
      const { outAt } = (await out.json<Receipted>()).record;
      for (const it of await breaksOf(ben)) {
        expect(it.end_at).not.toBeNull();
        expect(it.end_at as number).toBeLessThanOrEqual(outAt as number);
      }
    }
  });

  it('decides again when a break starts between its read and its write', async () => {
    const { ben, recordId, starts } = await atWork();
    const scope = scopeOf(ben, noon + MINUTE);
    const attempt = scope.attempt.bind(scope);
    let raced = false;
    scope.attempt = async (it) => {
      if (!raced) await starts(noon);
      raced = true;
      return attempt(it);
    };
    const { record } = await leave(scope, recordId);
    expect(record.outAt).toBe(noon + MINUTE);
    expect(await breaksOf(ben)).toMatchObject([{ start_at: noon, end_at: noon + MINUTE, auto: 0 }]);
  });

  it('keeps the break within its record when the server’s clock is set back', async () => {
    const { ben, starts, leaves } = await atWork();
    await starts(noon);
    const record = await leaves(noon - 10 * MINUTE);
    expect(record.outAt).toBe(noon);
    expect(await breaksOf(ben)).toMatchObject([{ start_at: noon, end_at: noon }]);
  });
});
