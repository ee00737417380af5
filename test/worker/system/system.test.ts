/** What an admin sees of the system: channels, jobs, size. */
import { env } from 'cloudflare:workers';
import { runInDurableObject } from 'cloudflare:test';
import { uuidv7 } from 'uuidv7';
import { expect, it } from 'vitest';
import type { Bindings } from '../../../worker/bindings';
import type { SystemState } from '../../../worker/contract/system/system';
import { runJobs } from '../../../worker/jobs';
import { tell } from '../../../worker/live/delivery';
import { objectOf } from '../../../worker/live/object';
import { jobs, retention } from '../../../worker/slices';
import { jobsAt } from '../schedules/rota';
import { ask, channelObject, checkIn, impatiently, listening, newKey, someone } from '../workplace';

const DAY = 86_400_000;
const noon = Date.parse('2026-06-10T12:00Z');

const state = async (bindings?: Bindings) => {
  const as = await someone({ roles: ['admin'] });
  return (await ask('/system', { as, ...(bindings && { env: bindings }) })).json<SystemState>();
};
const channel = (it: SystemState, name: string) => it.channels.find((each) => each.channel === name);

it('an admin sees each shared channel’s head and counts its open sockets', async () => {
  const before = channel(await state(), 'attendance');
  const [ana, ben] = [await someone(), await someone()];
  const sockets = [await listening(ana, 'attendance'), await listening(ben, 'attendance')];
  await checkIn(ana);
  await sockets[0]?.until(() => sockets[0]?.events.length === 1);
  const after = await state();
  expect(channel(after, 'attendance')).toMatchObject({
    head: (before?.head ?? 0) + 1,
    heard: { head: (before?.head ?? 0) + 1, listeners: 2, gapsFilled: 0 },
  });
  expect(after.channels.map((it) => it.channel)).toEqual([
    'attendance',
    'admin.dashboard',
    'admin.employees',
    'presence',
    'orders',
    'registrations',
    'tills',
    'display',
    'sessions',
  ]);
  await channelObject('attendance').revoke({ person: ben.id });
  expect(channel(await state(), 'attendance')?.heard?.listeners).toBe(1);
});

it('a gap that an object fills from the log is counted', async () => {
  const ana = await someone();
  const board = await listening(await someone({ roles: ['supervisor'] }), 'admin.dashboard');
  const lost = { ...env, CHANNELS: deaf() };
  const sent = await impatiently(() =>
    ask('/attendance/check-in', { as: ana, json: { id: uuidv7() }, key: newKey(), env: lost }),
  );
  expect(sent.status).toBe(200);
  await checkIn(await someone());
  await board.until(() => board.events.length === 2);
  expect(channel(await state(), 'admin.dashboard')?.heard).toMatchObject({ listeners: 1, gapsFilled: 1 });
});

it('a channel whose object fails is shown as not heard, and the rest is shown', async () => {
  const shown = await state({ ...env, CHANNELS: deaf() });
  expect(shown.channels.every(({ heard }) => heard === null)).toBe(true);
  expect(shown.size.bytes).toBeGreaterThan(4_096);
});

it('each job’s last run is kept by one write, and its failures are counted', async () => {
  await jobsAt(noon);
  const first = await state();
  expect(first.jobs.map(({ job }) => job)).toEqual(Object.keys({ ...retention, ...jobs }).sort());
  expect(first.jobs.find(({ job }) => job === 'sealJournal')).toMatchObject({
    at: noon,
    failures: 0,
    failedAt: null,
  });
  await env.DB.exec('ALTER TABLE session_tickets RENAME TO away');
  await runJobs(env, { waitUntil: () => undefined }, noon + 60_000);
  await env.DB.exec('ALTER TABLE away RENAME TO session_tickets');
  await jobsAt(noon + 120_000);
  const last = await state();
  const expected = { at: noon + 120_000, failures: 1, failedAt: noon + 60_000 };
  expect(last.jobs.find(({ job }) => job === 'deleteTickets')).toMatchObject(expected);
  expect(last.jobs.find(({ job }) => job === 'sealJournal')?.failures).toBe(0);
  // Every 15 minutes only.
  expect(last.jobs.find(({ job }) => job === 'trim')?.at).toBe(noon);
});

it('growth a day is measured since the first size of the last 30 days', async () => {
  await env.DB.exec('DELETE FROM database_sizes');
  await jobsAt(noon);
  expect(
    (await env.DB.prepare('SELECT bytes FROM database_sizes').first<number>('bytes')) ?? 0,
  ).toBeGreaterThan(4_096);
  await env.DB.prepare('UPDATE database_sizes SET at = ?, bytes = 0')
    .bind(Date.now() - 2 * DAY)
    .run();
  const { size } = await state();
  expect((size.perDay ?? 0) / (size.bytes / 2)).toBeCloseTo(1, 3);
  await jobsAt(noon + 31 * DAY);
  expect(await env.DB.prepare('SELECT group_concat(date) AS dates FROM database_sizes').first('dates')).toBe(
    '2026-07-11',
  );
});

it('rows are read from the ends of tables, so they cost the same at any size', async () => {
  const { results } = await env.DB.prepare(
    'EXPLAIN QUERY PLAN SELECT (SELECT max(rowid) FROM journal), (SELECT max(rowid) FROM attendance)',
  ).all<{ detail: string }>();
  expect(results.map(({ detail }) => detail).filter((detail) => /^SCAN (?!CONSTANT)/.test(detail))).toEqual(
    [],
  );
});

it('every object is made in the configured region, deliveries’ and sockets’ alike', async () => {
  const asked: unknown[] = [];
  const CHANNELS = {
    idFromName: (name: string) => env.CHANNELS.idFromName(name),
    get: (id: DurableObjectId, options: unknown) => {
      asked.push([id.name, options]);
      return env.CHANNELS.get(id);
    },
  } as typeof env.CHANNELS;
  const located = { ...env, CHANNELS, CHANNEL_LOCATION: 'weur' as const };
  await tell(located, [{ channel: 'orders', epoch: 'e', head: 0, events: [] }], 'none');
  await ask('/channels/attendance/socket', {
    as: await someone(),
    headers: { Upgrade: 'websocket' },
    env: located,
  });
  expect(asked).toEqual([
    ['orders', { locationHint: 'weur' }],
    ['attendance', { locationHint: 'weur' }],
  ]);
  asked.length = 0;
  objectOf({ ...located, CHANNEL_LOCATION: '' }, 'tills');
  expect(asked).toEqual([['tills', undefined]]);
});

it('an object that has had no listener has no head', async () => {
  const status = await runInDurableObject(channelObject('sessions'), (it) => it.status());
  expect(status).toMatchObject({ head: null, listeners: 0, gapsFilled: 0 });
});

/** Objects that fail. */
function deaf(): typeof env.CHANNELS {
  const fail = () => Promise.reject(new Error('lost'));
  return {
    idFromName: (name: string) => name,
    get: () => ({ deliver: fail, pass: fail, revoke: fail, status: fail }),
  } as unknown as typeof env.CHANNELS;
}
