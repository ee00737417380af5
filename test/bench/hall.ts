/** A hall of students who scan one session's code, each at a moment of their own, while the host's screen listens. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { uuidv7 } from 'uuidv7';
import { Samples, type Spread } from './figures.ts';
import type { Muster } from './subjects.ts';
import { people } from './subjects.ts';

/** What of the answers is looked at. */
const Code = v.object({ token: v.string() });
const Ticket = v.object({ ticket: v.string() });
const Stats = v.object({ present: v.number() });

export type Hall = {
  students: number;
  seconds: number;
  /** From the scan to the answer: the ticket and the taking part together. */
  latency: Spread;
  /** What the host's counter says at the end; it must be all of them. */
  came: number;
  serverBusy: number;
};

/** @throws if one of them is not answered, or the counter is not exact */
export async function hall(
  muster: Muster,
  { students, seconds }: { students: number; seconds: number },
): Promise<Hall> {
  const [host, ...others] = people;
  if (!host) throw new Error('nobody is there');
  const those = others.slice(0, students);
  const ask = (method: 'GET' | 'POST', path: string, who: (typeof people)[number], body?: object) =>
    muster.ask(method, `/api/v1/sessions/${path}`, who, body);
  const [id, now] = [uuidv7(), Date.now()];
  await ask('POST', 'live', host, {
    ...{ id, kind: 'class', title: 'Anatomy', courseId: null, groups: [], hosts: [], room: 'Hall 1' },
    ...{ people: those.map((it) => it.id), startsAt: now, endsAt: now + 3_600_000, lateAfterMinutes: 10 },
    ...{ opensBeforeMinutes: 10, periodSeconds: 15, strict: false, geofence: null, start: true },
  });
  const latency = new Samples();
  const scan = async (who: (typeof people)[number]): Promise<void> => {
    await pause(randomInt(seconds * 1_000));
    const { token } = v.parse(Code, await ask('GET', `${id}/code`, host));
    const asked = performance.now();
    const { ticket } = v.parse(Ticket, await ask('POST', `${id}/tickets`, who, { token }));
    await ask('POST', `${id}/attendance`, who, { ticket });
    latency.add(performance.now() - asked);
  };
  const [before, start] = [muster.server.seconds, performance.now()];
  await Promise.all(those.map(scan));
  const took = (performance.now() - start) / 1_000;
  const stats = v.parse(Stats, await ask('GET', `${id}/stats`, host));
  if (stats.present !== students) throw new Error(`${stats.present} of ${students} were counted`);
  return {
    students,
    seconds: took,
    latency: latency.spread,
    came: stats.present,
    serverBusy: (muster.server.seconds - before) / took,
  };
}
