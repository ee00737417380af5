/** An older database is restored: its log gets a new epoch by itself, and every screen reloads. */
import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KEPT } from '../../../worker/journal/restore';
import { headsOf } from '../../../worker/live/replay';
import { jobsAt } from '../schedules/rota';
import { ask, channelObject, checkIn, type Listening, listening, type Someone, someone } from '../workplace';

const CHANNEL = 'attendance';
const TABLES = ['heads', 'events', 'journal', 'seals', 'idempotency', 'attendance'];
let [ana, ben]: Someone[] = [];

const position = async () => {
  const { epoch, heads } = await headsOf(env.DB, [CHANNEL]);
  return { epoch, head: heads[CHANNEL] ?? 0 };
};

/** @returns how to put all rows back as they are now */
async function backup(): Promise<() => Promise<unknown>> {
  const copies = await Promise.all(
    TABLES.map(async (table) => ({
      table,
      rows: (await env.DB.prepare(`SELECT * FROM ${table}`).all()).results,
    })),
  );
  return () =>
    env.DB.batch([
      env.DB.prepare('PRAGMA defer_foreign_keys = on'),
      ...copies.toReversed().map(({ table }) => env.DB.prepare(`DELETE FROM ${table}`)),
      ...copies.flatMap(({ table, rows }) =>
        rows.map((row) =>
          env.DB.prepare(
            `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row).fill('?').join(', ')})`,
          ).bind(...Object.values(row)),
        ),
      ),
      env.DB.prepare("UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM journal) WHERE name = 'journal'"),
    ]);
}

const restarted = async (it: Listening, before: string) => {
  const after = await position();
  expect(after.epoch).not.toBe(before);
  const hello = () => it.frames.findLast((frame) => (frame as { kind: string }).kind === 'hello');
  await it.until(() => (hello() as { epoch: string }).epoch === after.epoch);
  expect(hello()).toMatchObject({ ...after, replay: false });
};

beforeEach(async () => {
  [ana, ben] = [await someone(), await someone()];
  await checkIn(await someone());
  await evictDurableObject(channelObject(CHANNEL)); // it forgets when it last checked
  await jobsAt(Date.now());
});

afterEach(() => vi.useRealTimers());

it('the job keeps the latest seal outside the database, and leaves the epoch of a whole journal', async () => {
  const { epoch } = await position();
  const latest = () =>
    env.DB.prepare('SELECT entry, hash AS seal FROM seals ORDER BY entry DESC LIMIT 1').first();
  expect(await (await env.PHOTOS.get(KEPT))?.json()).toEqual({ epoch, ...(await latest()) });
  await checkIn(ben as Someone);
  await jobsAt(Date.now());
  expect(await (await env.PHOTOS.get(KEPT))?.json()).toEqual({ epoch, ...(await latest()) });
  expect((await position()).epoch).toBe(epoch);
});

it('the job finds a lower journal, draws one new epoch and restarts the channels', async () => {
  const restore = await backup();
  await checkIn(ben as Someone);
  await jobsAt(Date.now());
  const screen = await listening(ana as Someone, CHANNEL);
  const { epoch } = await position();
  await restore();
  await jobsAt(Date.now());
  await restarted(screen, epoch);
  const after = await position();
  await jobsAt(Date.now());
  expect(await position()).toEqual(after);
});

it('the job finds a journal that grew again to the same number', async () => {
  const restore = await backup();
  await checkIn(ben as Someone);
  await jobsAt(Date.now());
  const { epoch } = await position();
  await restore();
  await checkIn(ana as Someone);
  await jobsAt(Date.now());
  expect((await position()).epoch).not.toBe(epoch);
});

it('the first commit after the restore makes its channel’s object notice', async () => {
  const screen = await listening(ana as Someone, CHANNEL);
  const restore = await backup();
  const [{ epoch }, seen] = [await position(), screen.seqs.length];
  await checkIn(ben as Someone);
  await checkIn(ana as Someone);
  await screen.until(() => screen.seqs.length === seen + 2);
  await restore();
  expect((await checkIn(await someone())).status).toBe(200);
  await restarted(screen, epoch);
});

it('a page ahead of the database makes its channel’s object notice, a client that lies does not', async () => {
  const screen = await listening(ana as Someone, CHANNEL);
  const restore = await backup();
  const before = await position();
  const { epoch } = before;
  await checkIn(ben as Someone);
  const ahead = await position();
  await screen.until(() => screen.seqs.includes(ahead.head));
  const pull = (since: number) =>
    ask(`/channels/${CHANNEL}/events?since=${since}&epoch=${epoch}`, { as: ana });
  expect(await (await pull(ahead.head + 1_000)).json()).toEqual({ reset: true, ...ahead });
  expect(await position()).toEqual(ahead);
  await restore();
  expect(await (await pull(ahead.head)).json()).toEqual({ reset: true, ...before });
  await restarted(screen, epoch);
});

it('an object notices it also after its clock was set back', async () => {
  const screen = await listening(ana as Someone, CHANNEL);
  const restore = await backup();
  await checkIn(ben as Someone);
  const { epoch, head } = await position();
  await screen.until(() => screen.seqs.includes(head));
  await channelObject(CHANNEL).deliver(epoch, head - 1, []); // it checks
  await restore();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  await ask(`/channels/${CHANNEL}/events?since=${head}&epoch=${epoch}`, { as: ana });
  await restarted(screen, epoch);
});

it('deliveries out of order cost one read and change nothing', async () => {
  const screen = await listening(ana as Someone, CHANNEL);
  const { epoch } = await position();
  await checkIn(ben as Someone);
  const { head } = await position();
  await screen.until(() => screen.seqs.includes(head));
  const object = channelObject(CHANNEL);
  await object.deliver(epoch, head, screen.events.filter(({ seq }) => seq === head) as never);
  await object.deliver(epoch, head - 1, []);
  expect(await position()).toEqual({ epoch, head });
  expect(screen.frames.filter((frame) => (frame as { kind: string }).kind === 'hello')).toHaveLength(1);
});
