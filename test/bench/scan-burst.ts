/** A burst of scans: students scan one session's code at random moments, while the host's screen listens. */
import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { uuidv7 } from 'uuidv7';
import { Samples, type Spread } from './figures.ts';
import type { Muster } from './subjects.ts';
import { people } from './subjects.ts';

const Code = v.object({ token: v.string() });
const Ticket = v.object({ ticket: v.string() });
const Stats = v.object({ present: v.number() });

export type ScanBurst = {
  students: number;
  seconds: number;
  /** From the scan to the answer: the ticket and the participation together. */
  latency: Spread;
  /** The host's count at the end. */
  present: number;
  serverBusy: number;
};

/** @throws if a request fails, or the count is not exact */
export async function scanBurst(
  muster: Muster,
  { students, seconds }: { students: number; seconds: number },
): Promise<ScanBurst> {
  const [host, ...others] = people;
  if (!host) throw new Error('the workplace has no people');
  const attendees = others.slice(0, students);
  const ask = (method: 'GET' | 'POST', path: string, who: (typeof people)[number], body?: object) =>
    muster.request(method, `/api/v1/sessions/${path}`, who, body);
  const [id, now] = [uuidv7(), Date.now()];
  await ask('POST', 'live', host, {
    id,
    kind: 'class',
    title: 'Anatomy',
    courseId: null,
    groups: [],
    hosts: [],
    room: 'Hall 1',
    people: attendees.map((it) => it.id),
    startsAt: now,
    endsAt: now + 3_600_000,
    lateAfterMinutes: 10,
    opensBeforeMinutes: 10,
    periodSeconds: 15,
    strict: false,
    geofence: null,
    start: true,
  });
  const latency = new Samples();
  const scan = async (who: (typeof people)[number]): Promise<void> => {
    await pause(randomInt(seconds * 1_000));
    const { token } = v.parse(Code, await ask('GET', `${id}/code`, host));
    const start = performance.now();
    const { ticket } = v.parse(Ticket, await ask('POST', `${id}/tickets`, who, { token }));
    await ask('POST', `${id}/attendance`, who, { ticket });
    latency.add(performance.now() - start);
  };
  const [before, start] = [muster.server.seconds, performance.now()];
  await Promise.all(attendees.map(scan));
  const took = (performance.now() - start) / 1_000;
  const stats = v.parse(Stats, await ask('GET', `${id}/stats`, host));
  if (stats.present !== students) throw new Error(`${stats.present} of ${students} were counted`);
  return {
    students,
    seconds: took,
    latency: latency.spread,
    present: stats.present,
    serverBusy: (muster.server.seconds - before) / took,
  };
}
