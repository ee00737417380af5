/** A page that reads nothing, or is gone, is closed, and keeps no frame from the others. */
import { evictDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Envelope } from '../../../worker/contract/wire';
import { LOOK_MS } from '../../../worker/live/channel';
import { ANSWER_MS, QUESTION_EVENTS } from '../../../worker/live/reading';
import { SILENT_MS } from '../../../worker/live/socket';
import { type Listening, listening, type Someone, someone } from '../workplace';
import { CHANNEL, deliverIn, epochNow, log, object, position } from './delivered';

let ana: Someone;
let epoch: string;
const deliver = (events: Envelope[]) => deliverIn(epoch, events);

beforeEach(async () => {
  ana = await someone({ roles: ['admin'] });
  epoch = await epochNow();
});
afterEach(() => void vi.useRealTimers());

describe('a socket that takes no frames', () => {
  const joined = async (ago: number): Promise<Listening> => {
    vi.useFakeTimers({ now: Date.now() - ago, toFake: ['Date'] });
    const socket = await listening(ana, CHANNEL);
    vi.useRealTimers();
    return socket;
  };

  it('is closed at the next frame once its page has not pinged for 100 s, and the others get the frame', async () => {
    const [slow, mine] = [await joined(SILENT_MS + 1), await joined(SILENT_MS + 1)];
    await evictDurableObject(object()); // when it looked last is forgotten
    await position(mine); // pings
    await deliver(await log(1));
    await slow.until(() => slow.closed !== undefined);
    expect([slow.closed?.code, slow.seqs]).toEqual([4008, []]);
    await mine.until(() => mine.seqs.length === 1);
    expect(mine.closed).toBeUndefined();
  });

  it('stays open for 100 s, and is looked for once in 25 s', async () => {
    const it = await joined(SILENT_MS - LOOK_MS);
    await evictDurableObject(object()); // when it looked last is forgotten
    const deliverAfter = async (ms: number) => {
      vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] });
      await deliver(await log(1));
      vi.useRealTimers();
    };
    await deliverAfter(LOOK_MS - 10_000); // looks
    await deliverAfter(LOOK_MS + 5_000); // silent, and too soon for another look
    await it.until(() => it.seqs.length === 2);
    expect(it.closed).toBeUndefined();
    await deliverAfter(2 * LOOK_MS);
    await it.until(() => it.closed !== undefined);
    expect([it.closed?.code, it.seqs.length]).toEqual([4008, 2]);
  });

  it('is looked for at once after a clock that was an hour ahead', async () => {
    await joined(0);
    vi.useFakeTimers({ now: Date.now() + 3_600_000, toFake: ['Date'] });
    await deliver(await log(1)); // looks
    vi.useRealTimers();
    const slow = await joined(SILENT_MS + 1);
    await deliver(await log(1));
    await slow.until(() => slow.closed !== undefined);
    expect([slow.closed?.code, slow.seqs]).toEqual([4008, []]);
  });
});

describe('a page that takes frames', () => {
  const deliverAfter = async (ms: number, count = 1) => {
    vi.useFakeTimers({ now: Date.now() + ms, toFake: ['Date'] });
    await deliver(await log(count));
    vi.useRealTimers();
  };
  const questionsTo = (it: Listening) => it.texts.filter((text) => text.startsWith('ping '));

  it('is questioned after 250 events, and stays if it sends the question back', async () => {
    const it = await listening(ana, CHANNEL);
    await deliverAfter(0, QUESTION_EVENTS - 1);
    await evictDurableObject(object()); // when it looked last is forgotten
    await deliverAfter(0);
    expect(questionsTo(it)).toEqual([]);
    await evictDurableObject(object());
    await deliverAfter(0);
    await it.until(() => questionsTo(it).length === 1);
    it.socket.send(questionsTo(it)[0] as string);
    await position(it);
    await deliverAfter(ANSWER_MS + 1);
    await it.until(() => it.seqs.length === QUESTION_EVENTS + 2);
    expect([it.closed, questionsTo(it).length]).toEqual([undefined, 1]);
  });

  it('but answers nothing, or something else, is closed a minute after, also if it pings', async () => {
    const [mute, wrong] = [await listening(ana, CHANNEL), await listening(ana, 'attendance')];
    await deliverAfter(0, QUESTION_EVENTS);
    await evictDurableObject(object());
    await deliverAfter(0);
    await mute.until(() => questionsTo(mute).length === 1);
    wrong.socket.send(`ping ${uuidv7()}`);
    await wrong.until(() => wrong.closed !== undefined);
    expect(wrong.closed?.code).toBe(4010);
    vi.useFakeTimers({ now: Date.now() + ANSWER_MS, toFake: ['Date'] });
    await position(mute);
    vi.useRealTimers();
    await deliverAfter(ANSWER_MS + 1);
    await mute.until(() => mute.closed !== undefined);
    expect(mute.closed?.code).toBe(4008);
  });
});
