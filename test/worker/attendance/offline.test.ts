/** Taps that a phone kept without network: each counts at its true time, or another person decides. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Correction } from '../../../worker/contract/attendance/corrections/corrections';
import { Scope } from '../../../worker/scope';
import { closeForgotten } from '../../../worker/attendance/due';
import { ask, closeThrough, edged, newKey, type Someone, someone } from '../workplace';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** A Wednesday, 20:00 in Berlin. */
const NOW = Date.parse('2026-06-10T18:00Z');

let ben: Someone;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW });
  ben = await someone({ zone: 'Europe/Berlin' });
});

afterEach(async () => {
  vi.useRealTimers();
  await closeThrough(null);
});

interface How {
  as?: Someone;
  person?: string;
  key?: string;
  /** How wrong the phone's clock is. */
  wrong?: number;
  sentAt?: string | null;
}

/** A tap that happened that long ago, sent now. */
const tapped = (path: string, body: object, ago: number, how: How = {}) => {
  const { as = ben, person = as.id, key = newKey(), wrong = 0 } = how;
  const sentAt = how.sentAt === undefined ? String(Date.now() + wrong) : how.sentAt;
  return ask(`/attendance/${path}`, {
    as,
    key,
    json: { ...body, tapped: { v: 1, person, at: Date.now() + wrong - ago } },
    headers: sentAt === null ? {} : { 'Sent-At': sentAt },
  });
};
const done = async (answer: Response | Promise<Response>) => {
  const it = await answer;
  expect(it.status, await it.clone().text()).toBe(200);
  return it.json<{
    record: { id: string; inAt: number; outAt: number | null; offline: boolean; unconfirmed: boolean };
    break: { startAt: number; endAt: number | null; offline: boolean };
    receipt: { entry: number; at: number };
    proposed?: Correction;
  }>();
};
const code = async (answer: Promise<Response>) => (await (await answer).json<{ code: string }>()).code;
/** @param sql `?1` is Ben */
const rows = async (sql: string) =>
  (await env.DB.prepare(sql).bind(ben.id).all<Record<string, number>>()).results;

describe('a tap in time and in order', () => {
  it('counts at the moment of the tap, and is marked', async () => {
    const { record, receipt } = await done(tapped('check-in', { id: uuidv7() }, 11 * HOUR));
    expect(record).toMatchObject({ inAt: NOW - 11 * HOUR, offline: true });
    expect(receipt.at).toBe(NOW);
  });

  it('counts at its true time though the phone’s clock is two hours wrong', async () => {
    const { record } = await done(tapped('check-in', { id: uuidv7() }, HOUR, { wrong: 2 * HOUR }));
    expect(record.inAt).toBe(NOW - HOUR);
  });

  it('is not marked if it was sent at once', async () => {
    const { record } = await done(tapped('check-in', { id: uuidv7() }, 5_000));
    expect(record).toMatchObject({ inAt: NOW - 5_000, offline: false });
  });

  it('takes a whole day that was kept: in, break, back, out', async () => {
    const [id, pause] = [uuidv7(), uuidv7()];
    await done(tapped('check-in', { id }, 10 * HOUR));
    await done(tapped('break-start', { id: pause, recordId: id, kind: 'meal' }, 6 * HOUR));
    await done(tapped('break-end', { id: pause }, 5.5 * HOUR));
    const { record } = await done(tapped('check-out', { id }, 2 * HOUR));
    expect(record).toMatchObject({ inAt: NOW - 10 * HOUR, outAt: NOW - 2 * HOUR, offline: true });
    expect(await rows('SELECT start_at, end_at, offline FROM breaks WHERE person_id = ?1')).toEqual([
      { start_at: NOW - 6 * HOUR, end_at: NOW - 5.5 * HOUR, offline: 1 },
    ]);
  });

  it('sets the true end of a record that closed by itself meanwhile', async () => {
    const id = uuidv7();
    vi.setSystemTime(NOW - 17 * HOUR);
    await done(tapped('check-in', { id }, 0));
    vi.setSystemTime(NOW);
    await closeForgotten(new Scope(edged(), createExecutionContext()));
    const { record } = await done(tapped('check-out', { id }, 9 * HOUR));
    expect(record).toMatchObject({ outAt: NOW - 9 * HOUR, unconfirmed: false, offline: true });
  });

  it('takes effect once, whenever it is sent again', async () => {
    const [id, key] = [uuidv7(), newKey()];
    const at = NOW - HOUR;
    const first = await done(tapped('check-in', { id }, HOUR, { key }));
    vi.setSystemTime(NOW + 12 * HOUR);
    const again = await done(tapped('check-in', { id }, Date.now() - at, { key }));
    expect(again).toEqual(first);
  });
});

it('a tap that counted has its first answer also after the days were closed', async () => {
  const [id, key] = [uuidv7(), newKey()];
  const first = await done(tapped('check-in', { id }, HOUR, { key }));
  await done(tapped('check-out', { id }, 0));
  await closeThrough('2026-06-10');
  expect(await done(tapped('check-in', { id }, HOUR, { key }))).toEqual(first);
});

describe('another person decides on', () => {
  it.each([
    ['a tap older than the workplace accepts', 13 * HOUR],
    ['a tap in the future', -10 * MINUTE],
  ])('%s', async (_, ago) => {
    const [id, key] = [uuidv7(), newKey()];
    const { proposed } = await done(tapped('check-in', { id }, ago, { key }));
    expect(proposed).toMatchObject({ personId: ben.id, state: 'pending', before: [] });
    expect(proposed?.reason).toContain('Tapped without network: check-in');
    expect(await rows('SELECT id FROM attendance WHERE person_id = ?1')).toEqual([]);
    // Sent again, also later, it has the same answer.
    expect((await done(tapped('check-in', { id }, ago, { key }))).proposed).toEqual(proposed);
    expect(await rows('SELECT count(*) AS n FROM corrections WHERE person_id = ?1')).toEqual([{ n: 1 }]);
  });

  it('what depends on such a tap, in the same request', async () => {
    const [id, pause] = [uuidv7(), uuidv7()];
    await done(tapped('check-in', { id }, 14 * HOUR));
    await done(tapped('break-start', { id: pause, recordId: id, kind: 'meal' }, 10 * HOUR));
    await done(tapped('break-end', { id: pause }, 9.75 * HOUR));
    const { proposed } = await done(tapped('check-out', { id }, 6 * HOUR));
    expect(proposed?.after).toMatchObject([
      {
        record: { id, inAt: NOW - 14 * HOUR, outAt: NOW - 6 * HOUR },
        breaks: [{ startAt: NOW - 10 * HOUR, endAt: NOW - 9.75 * HOUR }],
      },
    ]);
    expect(proposed?.reason).toBe(
      'Tapped without network: check-in 06:00, start of the break “Meal” 10:00, end of the break 10:15, check-out 14:00.',
    );
    expect(await rows('SELECT count(*) AS n FROM corrections WHERE person_id = ?1')).toEqual([{ n: 1 }]);
  });

  it('a tap in time on a day that waits for a decision', async () => {
    await done(tapped('check-in', { id: uuidv7() }, 14 * HOUR));
    const id = uuidv7();
    const { proposed } = await done(tapped('check-in', { id }, 2 * HOUR));
    expect(proposed?.after).toHaveLength(2);
    expect(await rows('SELECT id FROM attendance WHERE person_id = ?1')).toEqual([]);
  });

  it('a tap before the latest that was accepted', async () => {
    vi.setSystemTime(NOW - HOUR);
    const other = uuidv7();
    await done(tapped('check-in', { id: other }, 0));
    vi.setSystemTime(NOW);
    const id = uuidv7();
    const { proposed } = await done(tapped('check-in', { id }, 2 * HOUR));
    expect(proposed?.after).toMatchObject([
      { record: { id, inAt: NOW - 2 * HOUR, outAt: NOW - 2 * HOUR + MINUTE } },
      { record: { id: other, inAt: NOW - HOUR, outAt: null } },
    ]);
  });

  it('a check-out that contradicts another one', async () => {
    const id = uuidv7();
    vi.setSystemTime(NOW - 8 * HOUR);
    await done(tapped('check-in', { id }, 0));
    vi.setSystemTime(NOW - HOUR);
    await done(tapped('check-out', { id }, 0));
    vi.setSystemTime(NOW);
    const { proposed } = await done(tapped('check-out', { id }, 3 * HOUR));
    expect(proposed?.after).toMatchObject([{ record: { id, outAt: NOW - 3 * HOUR } }]);
    expect(await rows('SELECT out_at FROM attendance WHERE person_id = ?1')).toEqual([
      { out_at: NOW - HOUR },
    ]);
  });
});

it('a tap that contradicts a supervisor’s correction is proposed, and the correction stays until then', async () => {
  const id = uuidv7();
  vi.setSystemTime(NOW - 10 * HOUR);
  await done(tapped('check-in', { id }, 0));
  vi.setSystemTime(NOW - HOUR);
  const ana = await someone({ roles: ['supervisor'] });
  const [from, to] = [NOW - 10 * HOUR, NOW - 5 * HOUR];
  const entered = await ask(`/attendance/people/${ben.id}/days`, {
    as: ana,
    key: newKey(),
    json: {
      id: uuidv7(),
      days: { from: '2026-06-10', to: '2026-06-10', records: [{ id, inAt: from, outAt: to, breaks: [] }] },
      reason: 'Seen leaving at three',
    },
  });
  expect(entered.status, await entered.clone().text()).toBe(200);
  vi.setSystemTime(NOW);
  // Tapped before the correction, sent after it, twice.
  const key = newKey();
  const { proposed } = await done(tapped('check-out', { id }, 2 * HOUR, { key }));
  expect((await done(tapped('check-out', { id }, 2 * HOUR, { key }))).proposed).toEqual(proposed);
  expect(proposed).toMatchObject({
    state: 'pending',
    before: [{ record: { id, outAt: to } }],
    after: [{ record: { id, outAt: NOW - 2 * HOUR } }],
  });
  expect(await rows('SELECT in_at, out_at FROM attendance WHERE person_id = ?1')).toEqual([
    { in_at: from, out_at: to },
  ]);
  const approved = await ask(`/corrections/${proposed?.id}/approve`, { as: ana, key: newKey(), json: {} });
  expect(approved.status, await approved.clone().text()).toBe(200);
  expect(await rows('SELECT in_at, out_at FROM attendance WHERE person_id = ?1')).toEqual([
    { in_at: from, out_at: NOW - 2 * HOUR },
  ]);
});

describe('refused, and nothing is written', () => {
  it.each<[string, string, () => Promise<Response>]>([
    [
      'of another person',
      'another_person',
      async () => {
        const ana = await someone();
        return tapped('check-in', { id: uuidv7() }, HOUR, { person: ana.id });
      },
    ],
    [
      'older than a device may keep it',
      'tap_too_old',
      () => tapped('check-in', { id: uuidv7() }, 31 * 24 * HOUR),
    ],
    [
      'without the device’s clock',
      'invalid_input',
      () => tapped('check-in', { id: uuidv7() }, HOUR, { sentAt: null }),
    ],
    [
      'with a clock that is none',
      'invalid_input',
      () => tapped('check-in', { id: uuidv7() }, HOUR, { sentAt: '-1' }),
    ],
    [
      'of a closed period',
      'period_closed',
      async () => {
        await closeThrough('2026-06-10');
        return tapped('check-in', { id: uuidv7() }, HOUR);
      },
    ],
  ])('a tap %s', async (_, expected, send) => {
    expect(await code(send())).toBe(expected);
    expect(await rows('SELECT id FROM attendance WHERE person_id = ?1')).toEqual([]);
    expect(await rows('SELECT id FROM corrections WHERE person_id = ?1')).toEqual([]);
  });

  it('the same key with another time', async () => {
    const [id, key] = [uuidv7(), newKey()];
    await done(tapped('check-in', { id }, HOUR, { key }));
    expect(await code(tapped('check-in', { id }, 2 * HOUR, { key }))).toBe('key_reused');
  });
});
