/** All screens return at once after a drop, each with its cursor: when the last one is current, and whether one must load a snapshot. */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { Frames } from '../frames.ts';
import type { Listener } from '../listener.ts';
import { type Muster, PEOPLE } from '../subjects.ts';

/** As a page returns: `PACE` in web/src/lib/live/connection.ts. Milliseconds. */
const SPREAD_MS = 5_000;
const BACKOFF_MS = 500;
const MOST_BACKOFF_MS = 30_000;
const PATIENCE_MS = 60_000;

const Since = v.object({
  reset: v.boolean(),
  head: v.number(),
  more: v.optional(v.boolean(), false),
  events: v.optional(v.array(v.object({ seq: v.number() })), []),
});

export type Storm = {
  sockets: number;
  missed: number;
  /** From the drop until the last one had every event. */
  seconds: number;
  /** Not current within a minute. */
  late: number;
  refusals: number;
  pulls: number;
  snapshots: number;
};

/** @param missed events while they were away */
export async function storm(muster: Muster, sockets: number, missed: number): Promise<Storm> {
  const frames = new Frames();
  const first = await greeted(muster, frames, 0, '');
  const { head: since } = first;
  await muster.burst(missed, frames);
  const [start, counts] = [performance.now(), { late: 0, refusals: 0, pulls: 0, snapshots: 0 }];
  const query = `?epoch=${frames.epoch}&since=${since}`;

  const pull = async (index: number, at: number): Promise<void> => {
    const path = `/api/v1/channels/attendance/events?epoch=${frames.epoch}&since=${at}`;
    const answer = await muster.answer('GET', path, muster.person(index));
    if (answer.status !== 200) throw new Error(`a pull was answered ${answer.status}`);
    const page = v.parse(Since, JSON.parse(answer.body.toString('utf8')));
    counts.pulls += 1;
    if (page.reset) counts.snapshots += 1;
    else if (page.more) await pull(index, page.events.at(-1)?.seq ?? page.head);
  };
  /** Tries until it is answered, with the page's pauses. */
  const answered = async <It>(once: () => Promise<It>): Promise<It> => {
    for (let failures = 1; ; failures += 1) {
      try {
        return await once();
      } catch (reason) {
        if (performance.now() - start > PATIENCE_MS) throw reason;
        counts.refusals += 1;
        await pause(Math.random() * Math.min(MOST_BACKOFF_MS, BACKOFF_MS * 2 ** failures));
      }
    }
  };
  const open: Listener[] = [first];
  const current = async (index: number): Promise<void> => {
    await pause(Math.random() * SPREAD_MS);
    const listener = await answered(() => greeted(muster, frames, index, query));
    open.push(listener);
    if (!listener.replay) await answered(() => pull(index, since as number));
    else while (listener.received < missed) await pause(10);
  };
  const orLate = (index: number): Promise<void> =>
    current(index).catch(() => {
      counts.late += 1;
    });
  await Promise.all(Array.from({ length: sockets }, (_, index) => orLate((index + 1) % PEOPLE)));
  const seconds = (performance.now() - start) / 1_000;
  for (const listener of open) listener.close();
  return { sockets, missed, seconds, ...counts };
}

/** A socket after its greeting. */
async function greeted(muster: Muster, frames: Frames, index: number, query: string): Promise<Listener> {
  const listener = await muster.listen(index, frames, 'attendance', query);
  await listener.greeting;
  return listener;
}
