/** From any state of a person's day, one entry of a supervisor reaches any valid day. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut, confirmCheckOut } from '../../../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../../../worker/attendance/breaks';
import { myDays, presence } from '../../../../worker/attendance/days';
import type { ProposedRecord } from '../../../../worker/contract/attendance/corrections/proposals';
import { approve } from '../../../../worker/attendance/corrections/decide';
import { enterDays } from '../../../../worker/attendance/corrections/enter';
import { requestCorrection } from '../../../../worker/attendance/corrections/request';
import { dice } from '../../../sim/dice';
import { at, days, reason } from './corrected';
import { follow, jobsAt } from '../../schedules/rota';
import { scopeOf, type Someone, someone } from '../../workplace';

const NOW = at('08T23:55');
const MINUTE = 60_000;

/** The acts that lead to each state. @returns the record's id, if it has one */
const states: Record<string, (ben: Someone) => Promise<string | undefined>> = {
  'without a record': () => Promise.resolve(undefined),
  open: (ben) => came(ben),
  'on a break': async (ben) => {
    const id = await came(ben);
    await startBreak(scopeOf(ben, at('08T12:00')), { id: uuidv7(), recordId: id, kind: 'meal' });
    return id;
  },
  'with a break that ended by itself': async (ben) => {
    const id = await states['on a break']?.(ben);
    await jobsAt(at('08T12:46'));
    return id;
  },
  'with a break, closed': async (ben) => {
    const [id, rest] = [await came(ben), uuidv7()];
    await startBreak(scopeOf(ben, at('08T12:00')), { id: rest, recordId: id, kind: 'rest' });
    await endBreak(scopeOf(ben, at('08T12:10')), rest);
    await checkOut(scopeOf(ben, at('08T17:00')), id);
    return id;
  },
  'closed by itself on a break': async (ben) => {
    const id = await states['on a break']?.(ben);
    await jobsAt(at('08T22:01'));
    return id;
  },
  confirmed: async (ben) => {
    const id = await came(ben);
    await jobsAt(at('08T22:01'));
    await confirmCheckOut(scopeOf(ben, at('08T22:10')), { id, outAt: at('08T16:00') });
    return id;
  },
  'closed by itself and open again': async (ben) => {
    await came(ben);
    await jobsAt(at('08T22:01'));
    return came(ben, '08T22:30');
  },
  'with a request that waits': async (ben) => {
    const id = await came(ben);
    const breaks: ProposedRecord['breaks'] = [];
    await requestCorrection(scopeOf(ben, at('08T10:00')), {
      id: uuidv7(),
      reason,
      days: days('08', [{ id, inAt: at('08T08:00'), outAt: null, breaks }]),
    });
    return id;
  },
};

async function came(ben: Someone, time = '08T09:00'): Promise<string> {
  const id = uuidv7();
  await checkIn(scopeOf(ben, at(time)), id);
  return id;
}

/** A valid day: up to three records in sequence with up to two breaks each. */
function rightDay(random: () => number, known: string | undefined): ProposedRecord[] {
  let time = at('08T05:30');
  const on = (most: number) => (time += Math.ceil(random() * most) * MINUTE);
  return Array.from({ length: Math.floor(random() * 4) }, (_, index) => {
    const inAt = on(90);
    const breaks = Array.from({ length: Math.floor(random() * 3) }, () => ({
      id: uuidv7(),
      kind: random() < 0.5 ? 'meal' : 'rest',
      startAt: on(80),
      endAt: on(60),
    }));
    const id = index === 0 && known && random() < 0.7 ? known : uuidv7();
    return { id, inAt, outAt: on(60), breaks };
  });
}

async function recorded({ id }: Someone) {
  const [records, breaks] = await env.DB.batch([
    env.DB.prepare(
      'SELECT id, work_date, in_at, out_at, unconfirmed FROM attendance WHERE person_id = ? ORDER BY in_at',
    ).bind(id),
    env.DB.prepare(
      'SELECT id, record_id, kind, start_at, end_at FROM breaks WHERE person_id = ? ORDER BY start_at',
    ).bind(id),
  ]);
  return { records: records?.results, breaks: breaks?.results };
}

const asRecorded = (right: readonly ProposedRecord[]) => ({
  records: right.map(({ id, inAt, outAt }) => ({
    id,
    work_date: '2026-06-08',
    in_at: inAt,
    out_at: outAt,
    unconfirmed: 0,
  })),
  breaks: right.flatMap(({ id: record_id, breaks }) =>
    breaks.map(({ id, kind, startAt, endAt }) => ({ id, record_id, kind, start_at: startAt, end_at: endAt })),
  ),
});

describe.each(Object.entries(states))('a day %s', (_, begin) => {
  it.each([1, 2, 3, 4, 5, 6])('becomes the valid day of seed %i by one entry', async (seed) => {
    const random = dice(seed);
    const [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone()];
    await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
    const right = rightDay(random, await begin(ben));
    const before = await recorded(ben);
    const entry = { id: uuidv7(), days: days('08', right), reason };
    if (right.length === 0 && before.records?.length === 0) {
      await expect(enterDays(scopeOf(ana, NOW), ben.id, entry)).rejects.toMatchObject({
        code: 'invalid_input',
      });
      return;
    }
    await enterDays(scopeOf(ana, NOW), ben.id, entry);
    expect(await recorded(ben)).toEqual(asRecorded(right));
    const mine = await myDays(scopeOf(ben, NOW), { to: '2026-06-08', days: 1 });
    expect(mine.open).toBeNull();
    expect((await presence(scopeOf(ben, NOW))).people.map(({ personId }) => personId)).not.toContain(ben.id);
    // Neither a pending request nor the jobs change it.
    for (const { id, state } of mine.corrections)
      if (state === 'pending')
        await expect(approve(scopeOf(ana, NOW), id, null)).rejects.toMatchObject({
          code: 'changed_meanwhile',
        });
    await jobsAt(at('09T23:00'));
    expect(await recorded(ben)).toEqual(asRecorded(right));
  });
});
