/**
 * After faults of commits, deliveries, objects and sockets end, every screen equals the database. Each seed is a different
 * history.
 */
import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Bindings } from '../../worker/bindings';
import {
  BREAK,
  breakOfRow,
  type BreakRow,
  RECORD,
  recordOfRow,
  type RecordRow,
} from '../../worker/attendance/records';
import type { AttendanceRecord, Break } from '../../worker/contract/attendance/attendance';
import {
  channelObject,
  checkIn,
  checkOut,
  crowd,
  endBreak,
  hurriedly,
  newKey,
  type Someone,
  someone,
  startBreak,
} from '../worker/workplace';
import { dice } from './dice';
import { faulty, noFaults, type Odds } from './faults';
import { eventually, Screen } from './screen';

const ROUGH: Odds = { failBefore: 0.1, failAfter: 0.1, lose: 0.3, double: 0.15, delay: 0.3 };
const STEPS = 60;

/** Moves the clock to noon in Berlin: a board shows one date, so no midnight must pass during the test. */
const { now } = Date;
const TO_NOON = Math.floor(now() / 86_400_000) * 86_400_000 + 11 * 3_600_000 - now();

describe.each([1, 2, 3, 4, 5, 6])('in rough weather (seed %i)', (seed) => {
  it('every screen ends equal to the database', () => {
    vi.spyOn(Date, 'now').mockImplementation(() => now() + TO_NOON);
    return hurriedly(() => storm(dice(seed)));
  }, 60_000);
});

async function storm(random: () => number): Promise<void> {
  const odds = { now: ROUGH };
  const bindings = faulty(odds, random);
  const admin = await someone({ roles: ['admin'] });
  const people = await crowd(8);
  const screens = await Promise.all([1, 2, 3].map(() => new Screen(admin).open()));
  const acknowledged = new Map<string, { entry: number }>();

  const acts = people.map((person) => actor(person, acknowledged, bindings, random));
  const underWay: Promise<void>[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const pick = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
    const screen = pick(screens);
    const what = random();
    if (what < 0.7) underWay.push(pick(acts)());
    else if (what < 0.78) screen.cutSockets();
    else if (what < 0.84) screen.blocked = !screen.blocked;
    else if (what < 0.9) screen.cut = !screen.cut;
    else if (what < 0.96) await evictDurableObject(channelObject('admin.dashboard')).catch(() => undefined);
    else await abortAllDurableObjects();
    if (random() < 0.5) await Promise.all(underWay.splice(0));
  }
  await Promise.all(underWay);

  odds.now = noFaults;
  for (const screen of screens) screen.blocked = screen.cut = false;
  await actor(await someone(), acknowledged, bindings, random)(); // one more change, handed over well
  await eventually(async () => {
    const head = await headOf('admin.dashboard');
    return screens.every(({ channel }) => channel.cursor.head === head && channel.status === 'live');
  });

  const truth = { records: await recordsInD1(), breaks: await breaksInD1() };
  expect(truth.breaks.length).toBeGreaterThan(0);
  for (const screen of screens) {
    expect(screen.view).toEqual(truth);
    const first = screen.snapshotAt + 1;
    expect(screen.applied).toEqual(screen.applied.map((_, index) => first + index)); // contiguous, nothing twice
    screen.stop();
  }
  const { results } = await env.DB.prepare('SELECT id FROM journal').all<{ id: number }>();
  const entries = new Set(results.map(({ id }) => id));
  for (const { entry } of acknowledged.values()) expect(entries).toContain(entry);
  const astray = await env.DB.prepare(
    `SELECT breaks.id FROM breaks JOIN attendance ON attendance.id = record_id
     WHERE start_at < in_at OR end_at > out_at OR (end_at IS NULL AND out_at IS NOT NULL)`,
  ).all();
  expect(astray.results).toEqual([]); // every break lies within its record
  // A repeated key takes effect once: each record and each break begins once and ends at most once.
  const twice = await env.DB.prepare(
    'SELECT subject, action FROM journal GROUP BY 1, 2 HAVING count(*) > 1',
  ).all();
  expect(twice.results).toEqual([]);
}

/** A person who checks in, takes breaks and checks out, and repeats the same request until it is answered. */
function actor(
  person: Someone,
  acknowledged: Map<string, { entry: number }>,
  bindings: Bindings,
  random: () => number,
): () => Promise<void> {
  let open: string | undefined;
  let on: string | undefined;
  return async () => {
    const it = { key: newKey(), env: bindings };
    const [record, pause, id, leaves] = [open, on, uuidv7(), random() < 0.4];
    for (;;) {
      const answer = await (!record
        ? checkIn(person, id, it)
        : leaves
          ? checkOut(person, record, it)
          : pause
            ? endBreak(person, pause, it)
            : startBreak(person, record, { ...it, id }));
      // Unknown outcome, or an object that ended during the request: the same request is sent again.
      if (answer.status >= 500) continue;
      // Another of the person's own requests was faster: this one was refused.
      if (answer.status === 409) return;
      const body = await answer.json<Answer>();
      acknowledged.set(it.key, body.receipt);
      if ('break' in body) on = body.break.endAt === null ? body.break.id : undefined;
      else {
        open = body.record.outAt === null ? body.record.id : undefined;
        on = undefined;
      }
      return;
    }
  };
}

type Answer = { receipt: { entry: number } } & ({ record: AttendanceRecord } | { break: Break });

async function headOf(channel: string): Promise<number> {
  return (
    (await env.DB.prepare('SELECT seq FROM heads WHERE channel = ?').bind(channel).first<number>('seq')) ?? 0
  );
}

async function recordsInD1(): Promise<AttendanceRecord[]> {
  const { results } = await env.DB.prepare(`SELECT ${RECORD} FROM attendance ORDER BY id`).all<RecordRow>();
  return results.map(recordOfRow);
}

async function breaksInD1(): Promise<Break[]> {
  const { results } = await env.DB.prepare(`SELECT ${BREAK} FROM breaks ORDER BY id`).all<BreakRow>();
  return results.map(breakOfRow);
}
