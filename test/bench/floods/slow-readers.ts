/** Screens that take nothing any more, beside others that do: when they are noticed, and what they cost the others. */
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { Audience } from '../audience.ts';
import { Frames } from '../frames.ts';
import type { Listener } from '../listener.ts';
import type { Muster } from '../subjects.ts';

const READERS = 200;
const SLOW = 20;
const EVENTS = 1_000;
/** Changes a second: long enough for the silence to be noticed. */
const RATE = 8;
const BEFORE_SECONDS = 20;
const POLL_MS = 1_000;
const State = v.object({
  channels: v.array(
    v.object({ channel: v.string(), heard: v.nullable(v.object({ listeners: v.number() })) }),
  ),
});

export type SlowReaders = {
  /** The other screens' p99 from request to frame, ms. */
  p99: { before: number; meanwhile: number };
  /** Seconds after which the last one was closed; of those that sent pings although they read nothing, too. */
  closed: { silent: number | undefined; pinging: number | undefined };
  /** Those that found the close code 4008 when they read again. */
  told: number;
  /** The runtime's, MB. */
  memory: { before: number; most: number };
};

export async function slowReaders(muster: Muster): Promise<SlowReaders> {
  const audience = new Audience(muster);
  await audience.grow(READERS);
  await audience.burst(20); // warm
  const before = await audience.paced(RATE, BEFORE_SECONDS);
  const memory = { before: muster.server.memory, most: 0 };
  const slow: Listener[] = [];
  const frames = new Frames();
  for (let index = 0; index < SLOW; index += 1) slow.push(await muster.listen(READERS + index, frames));
  for (const listener of slow) listener.stall();
  const start = performance.now();
  const pinging = slow.slice(SLOW / 2);
  const closed: SlowReaders['closed'] = { silent: undefined, pinging: undefined };
  let isOver = false;
  const look = async (): Promise<void> => {
    for (let second = 0; !isOver; second += 1) {
      memory.most = Math.max(memory.most, muster.server.memory);
      if (second % 25 === 0) for (const listener of pinging) listener.ping();
      const open = (await listenersOf(muster)) - READERS;
      const seconds = (performance.now() - start) / 1_000;
      if (open <= pinging.length) closed.silent ??= seconds;
      if (open <= 0) closed.pinging ??= seconds;
      await pause(POLL_MS);
    }
  };
  const looking = look();
  const meanwhile = await audience.paced(RATE, EVENTS / RATE);
  isOver = true;
  await looking;
  for (const listener of slow) listener.resume();
  await pause(POLL_MS);
  const told = slow.filter(({ closedWith }) => closedWith === 4008).length;
  for (const listener of slow) listener.close();
  audience.leave();
  const p99 = { before: before.fromRequest.p99, meanwhile: meanwhile.fromRequest.p99 };
  return { p99, closed, told, memory };
}

async function listenersOf(muster: Muster): Promise<number> {
  const state = await muster.request('GET', '/api/v1/system', muster.person(0));
  const found = v.parse(State, state).channels.find(({ channel }) => channel === 'attendance');
  return found?.heard?.listeners ?? NaN;
}
