/** Two people change the same day at one moment: one wins, the other decides again or is refused, and nothing overlaps. */
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../../worker/attendance/breaks';
import type { Correction } from '../../../worker/contract/attendance/corrections/corrections';
import { approve, reject, withdraw } from '../../../worker/attendance/corrections/decide';
import { enterDay, enterDays } from '../../../worker/attendance/corrections/enter';
import { requestCorrection } from '../../../worker/attendance/corrections/request';
import type { Scope } from '../../../worker/scope';
import { at, days, ok, propose, reason, record, recordsOf, worked } from './corrections/corrected';
import { follow, jobsAt } from '../schedules/rota';
import { listening, scopeOf, type Someone, someone } from '../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone()];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
});

afterEach(async () => {
  const { results } = await env.DB.prepare(
    `SELECT a.id FROM attendance AS a JOIN attendance AS b ON a.person_id = b.person_id AND a.id < b.id
     AND a.in_at < coalesce(b.out_at, 9e15) AND b.in_at < coalesce(a.out_at, 9e15) WHERE a.person_id = ?`,
  )
    .bind(ben.id)
    .all();
  expect(results).toEqual([]);
});

const NOW = at('12T12:00');

/** A scope in which another act happens between the read and the first commit. */
function overtaken(who: Someone, by: () => Promise<unknown>, now = NOW): Scope {
  const scope = scopeOf(who, now);
  const attempt = scope.attempt.bind(scope);
  let raced = false;
  scope.attempt = async (it) => {
    if (!raced) {
      raced = true;
      await by();
    }
    return attempt(it);
  };
  return scope;
}

/** Ben's whole day; the end shows which version was written. */
const until = (end: string) => ({ id: uuidv7(), days: days('08', [record('08T09:00', end)]), reason });
const enterUntil = (end: string, scope = scopeOf(ana, NOW)) => enterDays(scope, ben.id, until(end));
const requested = async (end: string) => (await ok(propose(ben, days('08', [record('08T09:00', end)])))).id;
const ends = async () => (await recordsOf(ben)).map(({ outAt }) => outAt);
const stateOf = (id: string) =>
  env.DB.prepare('SELECT state FROM corrections WHERE id = ?').bind(id).first<Correction['state']>('state');

describe('days that change between a read and its commit', () => {
  it('by an entry are not approved, and the request stays pending', async () => {
    const id = await requested('08T17:00');
    const late = approve(
      overtaken(ana, () => enterUntil('08T16:00')),
      id,
      null,
    );
    await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect([await ends(), await stateOf(id)]).toEqual([[at('08T16:00')], 'pending']);
  });

  it('by an approval are not entered', async () => {
    const id = await requested('08T17:00');
    const late = enterUntil(
      '08T16:00',
      overtaken(ana, () => approve(scopeOf(ana, NOW), id, null)),
    );
    await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect([await ends(), await stateOf(id)]).toEqual([[at('08T17:00')], 'approved']);
  });

  it('by another entry are not entered', async () => {
    const late = enterUntil(
      '08T16:00',
      overtaken(ana, () => enterUntil('08T17:00')),
    );
    await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(await ends()).toEqual([at('08T17:00')]);
  });

  it('by an entry cannot be requested as they were', async () => {
    const late = requestCorrection(
      overtaken(ben, () => enterUntil('08T16:00')),
      until('08T17:00'),
    );
    await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(await ends()).toEqual([at('08T16:00')]);
  });

  it('leave no overlap with a night entered on the day before', async () => {
    const night = { id: uuidv7(), days: days('07', [record('07T22:00', '08T10:00')]), reason };
    const id = await requested('08T17:00');
    const late = approve(
      overtaken(ana, () => enterDays(scopeOf(ana, NOW), ben.id, night)),
      id,
      null,
    );
    await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(await ends()).toEqual([at('08T10:00')]);
    await expect(approve(scopeOf(ana, NOW), id, null)).rejects.toMatchObject({ code: 'overlap' });
    expect(await ends()).toEqual([at('08T10:00')]);
  });

  it('while many people’s days are entered are decided again, and the last entry is written once', async () => {
    const scope = overtaken(ana, () => enterUntil('08T17:00'));
    const { people } = await enterDay(scope, {
      date: '2026-06-08',
      reason,
      people: [{ id: uuidv7(), personId: ben.id }],
      records: [{ start: '09:00', secondStart: false, end: '16:00', secondEnd: false, breaks: [] }],
    });
    expect(people).toMatchObject([{ outcome: 'entered' }]);
    expect(await ends()).toEqual([at('08T16:00')]);
  });
});

it.each<[string, (id: string) => Promise<unknown>]>([
  ['approved', (id) => approve(scopeOf(ana, NOW), id, null)],
  ['rejected', (id) => reject(scopeOf(ana, NOW), id, 'The door log says otherwise')],
  ['withdrawn', (id) => withdraw(scopeOf(ben, NOW), id)],
])('a request that was %s at the same moment is refused as decided', async (state, first) => {
  const eve = await someone({ roles: ['supervisor'] });
  for (const second of ['approve', 'reject', 'withdraw'] as const) {
    const id = await requested('08T17:00');
    const scope = overtaken(second === 'withdraw' ? ben : eve, () => first(id));
    const late =
      second === 'approve'
        ? approve(scope, id, null)
        : second === 'reject'
          ? reject(scope, id, 'The door log says otherwise')
          : withdraw(scope, id);
    await expect(late).rejects.toMatchObject({ code: 'already_decided', more: { current: { state } } });
    expect(await ends()).toEqual(state === 'approved' ? [at('08T17:00')] : []);
    if (state === 'approved')
      await enterDays(scopeOf(ana, NOW), ben.id, { id: uuidv7(), days: days('08', []), reason });
  }
});

describe('an entry and a check-out', () => {
  const OUT = at('08T17:05');

  it('keep the check-out and refuse the entry when the check-out is first', async () => {
    const id = await worked(ben, '08T09:00', null);
    const tap = () => checkOut(scopeOf(ben, OUT), id);
    const late = enterDays(overtaken(ana, tap, OUT), ben.id, {
      id: uuidv7(),
      reason,
      days: days('08', [record('08T08:00', null, { id })]),
    });
    await expect(late).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect(await recordsOf(ben)).toMatchObject([{ inAt: at('08T09:00'), outAt: OUT }]);
  });

  it.each<[string, string | null, object | string]>([
    ['moves the start', null, { inAt: at('08T08:00'), outAt: OUT, corrected: true }],
    ['closes the record', '08T17:00', 'already_checked_out'],
  ])('keep both when the entry is first and %s, and publish what is recorded', async (_, end, is) => {
    const id = await worked(ben, '08T09:00', null);
    const own = await listening(ben, `user.${ben.id}`);
    const entry = () =>
      enterDays(scopeOf(ana, OUT), ben.id, {
        id: uuidv7(),
        reason,
        days: days('08', [record('08T08:00', end, { id })]),
      });
    const tap = checkOut(overtaken(ben, entry, OUT), id);
    if (typeof is === 'string') {
      await expect(tap).rejects.toMatchObject({
        code: is,
        more: { current: { id, inAt: at('08T08:00') } },
      });
      expect(await recordsOf(ben)).toMatchObject([{ inAt: at('08T08:00'), outAt: at('08T17:00') }]);
      return;
    }
    expect((await tap).record).toMatchObject(is);
    await own.until(() => own.events.some(({ type }) => type === 'attendance.checked_out'));
    expect(own.events.find(({ type }) => type === 'attendance.checked_out')?.data).toMatchObject(is);
    expect(await recordsOf(ben)).toMatchObject([{ inAt: at('08T08:00'), outAt: OUT }]);
  });

  it('refuse the check-out when the entry removes the record', async () => {
    const id = await worked(ben, '08T09:00', null);
    const entry = () => enterDays(scopeOf(ana, OUT), ben.id, { id: uuidv7(), reason, days: days('08', []) });
    await expect(checkOut(overtaken(ben, entry, OUT), id)).rejects.toMatchObject({ code: 'not_checked_in' });
    expect(await recordsOf(ben)).toEqual([]);
  });

  it('do not overlap when the late check-out comes after an entered record', async () => {
    const id = await worked(ben, '08T09:00', null);
    await jobsAt(at('08T22:01'));
    const evening = record('08T18:00', '08T19:00');
    const entry = () =>
      enterDays(scopeOf(ana, at('08T22:30')), ben.id, {
        id: uuidv7(),
        reason,
        days: days('08', [record('08T09:00', '08T17:00', { id }), evening]),
      });
    const tap = checkOut(overtaken(ben, entry, at('08T22:30')), id);
    await expect(tap).rejects.toMatchObject({ code: 'check_out_late' });
    expect(await ends()).toEqual([at('08T17:00'), at('08T19:00')]);
  });
});

describe('an entry and “Back”', () => {
  const NOON = at('08T12:00');
  const BACK = at('08T12:20');

  async function onBreak() {
    const [id, meal] = [await worked(ben, '08T09:00', null), uuidv7()];
    await startBreak(scopeOf(ben, NOON), { id: meal, recordId: id, kind: 'meal' });
    const enter = (breaks: { startAt: number; endAt: number | null }[]) =>
      enterDays(scopeOf(ana, BACK), ben.id, {
        id: uuidv7(),
        reason,
        days: days('08', [
          record('08T09:00', null, { id, breaks: breaks.map((it) => ({ id: meal, kind: 'meal', ...it })) }),
        ]),
      });
    return { id, meal, enter };
  }

  it('end the break with the start that the entry set', async () => {
    const { meal, enter } = await onBreak();
    const startAt = at('08T11:50');
    const back = await endBreak(
      overtaken(ben, () => enter([{ startAt, endAt: null }]), BACK),
      meal,
    );
    expect(back.break).toMatchObject({ startAt, endAt: BACK });
  });

  it.each<[string, { startAt: number; endAt: number }[]]>([
    ['ended it', [{ startAt: NOON, endAt: at('08T12:10') }]],
    ['removed it', []],
  ])('that %s refuse the tap, also when it comes later', async (_, breaks) => {
    const { meal, enter } = await onBreak();
    const back = endBreak(
      overtaken(ben, () => enter(breaks), BACK),
      meal,
    );
    await expect(back).rejects.toMatchObject({ code: 'no_such_break' });
    await expect(endBreak(scopeOf(ben, BACK), meal)).rejects.toMatchObject({ code: 'no_such_break' });
  });

  it('refuse to start a break that a supervisor has started for the person', async () => {
    const id = await worked(ben, '08T09:00', null);
    const begun = { id: uuidv7(), kind: 'meal', startAt: NOON, endAt: null };
    await enterDays(scopeOf(ana, BACK), ben.id, {
      id: uuidv7(),
      reason,
      days: days('08', [record('08T09:00', null, { id, breaks: [begun] })]),
    });
    const tap = startBreak(scopeOf(ben, BACK), { id: uuidv7(), recordId: id, kind: 'meal' });
    await expect(tap).rejects.toMatchObject({ code: 'on_break', more: { current: { id: begun.id } } });
  });
});

describe('a check-in whose server’s clock is behind', () => {
  const ended = at('08T09:00') + 7;

  it('begins when the record before it ended', async () => {
    await worked(ben, '08T08:00', null);
    const id = (await recordsOf(ben))[0]?.id ?? '';
    await checkOut(scopeOf(ben, ended), id);
    const { record: next } = await checkIn(scopeOf(ben, ended - 3), uuidv7());
    expect(next.inAt).toBe(ended);
  });

  it('begins when a record ended that another device began and ended meanwhile', async () => {
    const between = async () => {
      const { record: short } = await checkIn(scopeOf(ben, ended), uuidv7());
      await checkOut(scopeOf(ben, ended + 4), short.id);
    };
    const { record: next } = await checkIn(overtaken(ben, between, ended - 3), uuidv7());
    expect(next.inAt).toBe(ended + 4);
  });
});
