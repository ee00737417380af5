/** A channel whose events a test writes and delivers itself. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { Envelope } from '../../../worker/contract/wire';
import type { Channel } from '../../../worker/live/channel';
import { headsOf } from '../../../worker/live/replay';
import { channelObject, type Listening } from '../workplace';

export const CHANNEL = 'attendance';
/** Asked for anew: the runtime ends all objects between two files, and their modules stay. */
export const object = () => channelObject(CHANNEL);

/** Writes events to the log without a delivery to the object, as after a lost one. */
export async function log(count: number, filler = ''): Promise<Envelope[]> {
  const { heads } = await headsOf(env.DB, [CHANNEL]);
  const head = heads[CHANNEL] ?? 0;
  const events = Array.from({ length: count }, (_, index) => ({
    seq: head + 1 + index,
    entry: 1,
    type: 'attendance.checked_in',
    at: Date.now(),
    by: null,
    data: { personId: uuidv7(), name: `Nr ${head + 1 + index}${filler}`, state: 'in', since: 1 },
  }));
  await env.DB.batch([
    env.DB.prepare(
      'INSERT INTO heads (channel, seq) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET seq = seq + excluded.seq',
    ).bind(CHANNEL, count),
    ...events.map(({ seq, entry, type, at, data }) =>
      env.DB.prepare(
        'INSERT INTO events (channel, seq, entry, type, at, data) VALUES (?, ?, ?, ?, ?, ?)',
      ).bind(CHANNEL, seq, entry, type, at, JSON.stringify(data)),
    ),
  ]);
  return events;
}

/** Delivers them to the object. */
export const deliverIn = (epoch: string, events: Envelope[]): Promise<void> =>
  object().deliver(epoch, events.at(-1)?.seq as number, events);

export const headNow = async () => (await headsOf(env.DB, [CHANNEL])).heads[CHANNEL] as number;
export const epochNow = async (): Promise<string> => (await headsOf(env.DB, [CHANNEL])).epoch;

/** The head in the answer to a ping. */
export async function position(it: Listening): Promise<number> {
  const before = it.texts.length;
  it.socket.send('ping');
  await it.until(() => it.texts.slice(before).some((text) => text.startsWith('pong')));
  return Number(
    it.texts
      .slice(before)
      .find((text) => text.startsWith('pong'))
      ?.split(':')[1],
  );
}

/** Counts the object's reads of D1 from here. */
export async function countReads(): Promise<() => number> {
  let reads = 0;
  await runInDurableObject(object(), (instance: Channel) => {
    const counted = new Proxy(env.DB, {
      get(db, name) {
        if (name === 'batch' || name === 'prepare') reads += name === 'batch' ? 1 : 0;
        const value = Reflect.get(db, name) as unknown;
        return typeof value === 'function' ? (value.bind(db) as unknown) : value;
      },
    });
    Reflect.set(instance, 'env', { ...env, DB: counted });
  });
  return () => reads;
}
