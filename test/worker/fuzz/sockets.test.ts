/** Any frame to a channel: what it does not take ends that socket, and the others still get every event. */
import { beforeEach, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import * as v from 'valibot';
import {
  close,
  FocusFrame,
  Frame,
  MESSAGE_MOST,
  MESSAGES_A_SECOND,
  PING,
} from '../../../worker/contract/wire';
import { ask, checkIn, listening, newKey, type Someone, someone } from '../workplace';
import { again, amount, Dice, SEED } from './dice';
import { spoiled, text } from './inputs';

const FRAMES = amount(1_000, 50_000);
/** Frames between two events that every listener must get. */
const EVENT_EVERY = 100;
const LIMIT_MS = amount(60_000, 3_600_000);

type Sent = string | Uint8Array<ArrayBuffer>;

beforeEach(() => void vi.spyOn(console, 'error').mockReturnValue());

const focus = (dice: Dice) => ({
  kind: 'focus',
  on: dice.one([null, `order-${dice.whole(1, 5)}`, uuidv7(), 'x'.repeat(64)]),
  doing: dice.one(['viewing', 'editing']),
});

/** Mostly a focus, so that a socket takes some before it is closed. */
function frame(dice: Dice): Sent {
  if (dice.chance(0.7)) return JSON.stringify(focus(dice));
  return dice.one<() => Sent>([
    () => PING,
    () => JSON.stringify(spoiled(dice, focus(dice))),
    () => JSON.stringify(focus(dice)).padEnd(MESSAGE_MOST + dice.whole(-1, 2)),
    () => JSON.stringify(focus(dice)).slice(0, dice.whole(0, 40)),
    () => dice.one(['', 'pong', 'null', '[]', '{"kind":"hello"}', '{"__proto__":{"kind":"focus"}}', ' ping']),
    () => `${'['.repeat(4_000)}${']'.repeat(4_000)}`,
    () => text(dice),
    () => 'x'.repeat(dice.whole(1, 500_000)),
    () => Uint8Array.from({ length: dice.whole(0, 300) }, () => dice.whole(0, 255)),
    () => Uint8Array.from(new TextEncoder().encode(JSON.stringify(focus(dice)))),
  ])();
}

/** Whether a channel takes it. @param focuses whether the channel shares focuses */
function isTaken(it: Sent, focuses: boolean): boolean {
  if (it === PING) return true;
  if (typeof it !== 'string' || it.length > MESSAGE_MOST || !focuses) return false;
  try {
    return v.is(FocusFrame, JSON.parse(it));
  } catch {
    return false;
  }
}

/** Another one each time: a person's connections and changes in a minute are limited. */
const anyAdmin = (): Promise<Someone> => someone({ roles: ['admin'] });

const channels = [
  {
    channel: 'orders',
    query: '?presence=watch',
    focuses: true,
    /** A commit that publishes to it. */
    publish: async () => {
      const sku = uuidv7();
      const product = {
        id: sku,
        sku,
        barcode: null,
        name: 'Tea',
        category: null,
        price: 1,
        lowAt: 0,
        stock: 1,
      };
      expect((await ask('/products', { as: await anyAdmin(), json: product, key: newKey() })).status).toBe(
        200,
      );
    },
  },
  {
    channel: 'attendance',
    query: '',
    focuses: false,
    publish: async () => expect((await checkIn(await someone())).status).toBe(200),
  },
];

it.each(channels)(
  `$channel takes ${FRAMES / channels.length} frames, ends who sends what it does not take, and loses no event`,
  { timeout: LIMIT_MS },
  async ({ channel, query, focuses, publish }) => {
    const dice = new Dice(SEED);
    const witness = await listening(await anyAdmin(), channel, query);
    let [sent, events] = [0, 0];
    while (sent < FRAMES / channels.length) {
      const frames = Array.from({ length: dice.whole(1, MESSAGES_A_SECOND) }, () => frame(dice));
      const page = await listening(await anyAdmin(), channel, query);
      const refused = frames.some((each) => !isTaken(each, focuses));
      for (const each of [...frames, PING]) page.socket.send(each);
      await page.until(
        () => page.closed !== undefined || (!refused && page.texts.some((it) => it.startsWith('pong'))),
      );
      expect([page.closed?.code, frames], again).toEqual([refused ? close.protocol : undefined, frames]);
      if (!page.closed) page.socket.close(dice.one([1000, 3000, 4999, undefined]));
      sent += frames.length;
      if (sent / EVENT_EVERY < events) continue;
      await publish();
      events += 1;
      await witness.until(() => witness.events.length === events || witness.closed !== undefined);
    }
    expect(witness.closed).toBeUndefined();
    expect(witness.seqs).toEqual(Array.from({ length: events }, (_, at) => (witness.seqs[0] ?? 0) + at));
    for (const each of witness.frames) expect(v.is(Frame, each), JSON.stringify(each)).toBe(true);
  },
);
