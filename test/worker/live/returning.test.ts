/** Screens that return with their cursor: greeted with what they missed, from memory or from one read for all of them. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Envelope } from '../../../worker/contract/wire';
import { watched } from '../../../worker/db/calls';
import { type Channel, TAIL, TAIL_SIZE } from '../../../worker/live/channel';
import { listening, type Someone, someone } from '../workplace';
import { CHANNEL, countReads, deliverIn, epochNow, headNow, log, object } from './delivered';

let ana: Someone;
let epoch: string;
const deliver = (events: Envelope[]) => deliverIn(epoch, events);

beforeEach(async () => {
  ana = await someone({ roles: ['admin'] });
  epoch = await epochNow();
});

/** The object's reads of D1 wait until they may go on or fail. A promise of theirs would keep it from its eviction. */
async function stopReads() {
  let hasBegun = false;
  let next: 'wait' | 'go on' | 'fail' = 'wait';
  await runInDurableObject(object(), (instance: Channel) => {
    const DB = watched(env.DB, async (_, call) => {
      hasBegun = true;
      while (next === 'wait') await scheduler.wait(1);
      if (next === 'fail') throw new Error('D1_ERROR: Network connection lost.');
      return call();
    });
    Reflect.set(instance, 'env', { ...env, DB });
  });
  return {
    begun: () => vi.waitFor(() => expect(hasBegun).toBe(true)),
    end: (it: typeof next) => (next = it),
  };
}

it('greets a returning socket with the missed events from memory, without a read', async () => {
  await listening(ana, CHANNEL);
  const before = await headNow();
  const events = await log(3);
  await deliver(events);
  const back = await listening(ana, CHANNEL, `?epoch=${epoch}&since=${before}`);
  await back.until(() => back.seqs.length === 3);
  expect(back.frames[0]).toMatchObject({ kind: 'hello', head: events[2]?.seq, replay: true });
  expect(back.seqs).toEqual(events.map(({ seq }) => seq));
  const foreign = await listening(ana, CHANNEL, `?epoch=${'f'.repeat(16)}&since=${before}`);
  expect(foreign.frames[0]).toMatchObject({ replay: false });
});

it('reads what a crowd missed once for all of it if memory is empty, as after a deployment', async () => {
  await listening(ana, CHANNEL);
  const before = await headNow();
  const events = await log(3);
  await deliver(events);
  await evictDurableObject(object());
  const reads = await countReads();
  const back = () => listening(ana, CHANNEL, `?epoch=${epoch}&since=${before}`);
  for (const it of await Promise.all([back(), back(), back(), back(), back()])) {
    await it.until(() => it.seqs.length === events.length);
    expect(it.frames[0]).toMatchObject({ kind: 'hello', replay: true });
    expect(it.seqs).toEqual(events.map(({ seq }) => seq));
  }
  expect(reads()).toBe(1);
});

it('greets with all that it remembers in one frame, or the page would pull the rest', async () => {
  await listening(ana, CHANNEL);
  const before = await headNow();
  await deliver(await log(TAIL));
  const back = await listening(ana, CHANNEL, `?epoch=${epoch}&since=${before}`);
  await back.until(() => back.frames.length === 2);
  expect(back.seqs).toHaveLength(TAIL);
});

it('remembers a million characters at most, and reads what is more once in vain', async () => {
  await listening(ana, CHANNEL);
  const before = await headNow();
  await deliver(await log(4, 'x'.repeat(TAIL_SIZE / 3)));
  const reads = await countReads();
  const greeting = async (since: number) =>
    (await listening(ana, CHANNEL, `?epoch=${epoch}&since=${since}`)).frames[0];
  for (const _ of [1, 2]) {
    expect(await greeting(before)).toMatchObject({ replay: false });
    expect(reads()).toBe(1);
  }
  expect(await greeting(before + 2)).toMatchObject({ replay: true });
  expect(reads()).toBe(1);
});

it('keeps what leaves while it reads what a screen missed', async () => {
  const first = await listening(ana, CHANNEL);
  const before = await headNow();
  const [one, two] = await log(2);
  await deliver([one as Envelope, two as Envelope]);
  await evictDurableObject(object());
  const reading = await stopReads();
  const back = listening(ana, CHANNEL, `?epoch=${epoch}&since=${before}`);
  await reading.begun();
  const [three] = await log(1);
  await deliver([three as Envelope]);
  await first.until(() => first.seqs.length === 3);
  reading.end('go on');
  const it = await back;
  await it.until(() => it.seqs.length === 3);
  expect(it.seqs).toEqual([one, two, three].map((event) => event?.seq));
});

it('lets a screen pull what is more than memory keeps, and what could not be read', async () => {
  const silent = vi.spyOn(console, 'error').mockReturnValue();
  await listening(ana, CHANNEL);
  const before = await headNow();
  const events = await log(TAIL + 1);
  await deliver(events);
  await evictDurableObject(object());
  const reads = await countReads();
  const greeting = async (since: number) =>
    (await listening(ana, CHANNEL, `?epoch=${epoch}&since=${since}`)).frames[0];
  const head = events.at(-1)?.seq;
  expect([await greeting(before), reads()]).toMatchObject([{ head, replay: false }, 0]);
  const reading = await stopReads();
  reading.end('fail');
  expect(await greeting(before + 1)).toMatchObject({ head, replay: false });
  expect(silent).toHaveBeenCalledOnce();
  await countReads(); // reads again
  expect(await greeting(before + 1)).toMatchObject({ head, replay: true });
});
