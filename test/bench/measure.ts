/** The measurements, each on one subject in its own server process. */
import { setTimeout as pause } from 'node:timers/promises';
import { Audience, type Burst, type Paced } from './audience.ts';
import { median, Samples, type Spread } from './figures.ts';
import type { Plan } from './plan.ts';
import type { Muster, Subject } from './subjects.ts';

export type Watched = {
  sockets: number;
  opened: { seconds: number };
  paced: Paced | undefined;
  burst: Burst;
  /** Delivered events a second of every round, to show the spread. */
  rounds: number[];
  /** MB, right after the bursts. */
  memory: number;
};

export type CheckIns = {
  listeners: number;
  perSecond: number;
  latency: Spread;
  serverBusy: number;
  /** The server's processor time for one. */
  serverMilliseconds: number;
};
export type Board = { bytes: number; latency: Spread; serverMilliseconds: number };
export type Idle = { sockets: number; before: number; after: number };

const WARM = 3;

/** Measures growing audiences with bursts and, if requested, with paced changes. */
export async function watch(
  subject: Subject,
  { audiences, rounds }: Pick<Plan, 'audiences' | 'rounds'>,
  it: { paced: boolean; then?: (audience: Audience) => Promise<void> },
): Promise<Watched[]> {
  const audience = new Audience(subject);
  const watched: Watched[] = [];
  for (const { sockets, rate, seconds, burst } of audiences) {
    const start = performance.now();
    await audience.grow(sockets);
    const opened = { seconds: (performance.now() - start) / 1_000 };
    await audience.burst(burst); // connections, code and caches are warm from here on
    await pause(1_000);
    const paced = it.paced ? await audience.paced(rate, seconds) : undefined;
    const bursts: Burst[] = [];
    while (bursts.length < rounds) {
      await pause(500);
      bursts.push(await audience.burst(burst));
    }
    const delivered = ({ deliveredPerSecond }: Burst): number => deliveredPerSecond;
    watched.push({
      sockets,
      opened,
      paced,
      burst: median(bursts, delivered),
      rounds: bursts.map(delivered),
      memory: subject.server.memory,
    });
    await it.then?.(audience);
  }
  audience.leave();
  return watched;
}

/** A closed loop: every client sends the next check-in when the one before is answered. Each person has their own page open. */
export async function checkIns(
  muster: Muster,
  { clients, seconds, people }: Pick<Plan['checkIns'], 'clients' | 'seconds' | 'people'>,
  listeners: number,
): Promise<CheckIns> {
  const closePages = await muster.ownPages(people);
  const latency = new Samples();
  const before = muster.server.seconds;
  const start = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1_000) {
      const sent = performance.now();
      await muster.change();
      latency.add(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const took = (performance.now() - start) / 1_000;
  const used = muster.server.seconds - before;
  closePages();
  return {
    listeners,
    perSecond: latency.count / took,
    latency: latency.spread,
    serverBusy: used / took,
    serverMilliseconds: (used * 1_000) / latency.count,
  };
}

/** Repeated requests for the board: time to the last byte, and the server's processor time. */
export async function board(muster: Muster, { requests }: Plan['board']): Promise<Board> {
  await muster.server.order('fill the board');
  const latency = new Samples();
  let bytes = 0;
  for (let index = 0; index < WARM; index += 1) await muster.board();
  const before = muster.server.seconds;
  for (let index = 0; index < requests; index += 1) {
    const sent = performance.now();
    bytes = (await muster.board()).length;
    latency.add(performance.now() - sent);
  }
  return {
    bytes,
    latency: latency.spread,
    serverMilliseconds: ((muster.server.seconds - before) * 1_000) / requests,
  };
}

/** The runtime's memory with one listener, and after all sockets were idle long enough for the object to hibernate. */
export async function idle(subject: Subject, { sockets, seconds }: NonNullable<Plan['idle']>): Promise<Idle> {
  const audience = new Audience(subject);
  await audience.grow(1);
  const before = subject.server.memory;
  await audience.grow(sockets);
  await pause(seconds * 1_000);
  const after = subject.server.memory;
  audience.leave();
  return { sockets, before, after };
}
