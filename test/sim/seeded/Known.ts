/** What a page was told about its channels: the highest number that a frame, a pong or the log named. */
import { type Cursor, parsePong, type Since } from '../../../worker/contract/wire';
import type { ChannelName } from '../../../worker/contract/channels';

interface Told {
  last: Cursor;
  /** Since the request to the log that runs: its answer replaces what was told before. */
  meanwhile: Cursor | undefined;
}

type Frame = { kind: string; epoch: string; head?: number; events?: readonly { seq: number }[] };

export class Known {
  readonly #told = new Map<ChannelName, Told>();

  /** A frame or a pong. */
  hear(channel: ChannelName, text: string): void {
    const at = parsePong(text) ?? cursorOf(JSON.parse(text) as Frame);
    if (!at) return;
    const told = this.#told.get(channel);
    this.#told.set(channel, {
      last: later(told?.last, at),
      meanwhile: told?.meanwhile && later(told.meanwhile, at),
    });
  }

  /** The page asks the log. */
  ask(channel: ChannelName): void {
    const none = { epoch: '', head: 0 };
    this.#told.set(channel, { last: this.#told.get(channel)?.last ?? none, meanwhile: none });
  }

  /** @returns what is wrong with the answer: it has the events after the cursor without a gap, or a reset */
  answer(channel: ChannelName, at: Cursor, answer: Since): string | undefined {
    const { meanwhile } = this.#told.get(channel) ?? {};
    const { epoch, head } = answer;
    this.#told.set(channel, { last: later({ epoch, head }, meanwhile), meanwhile: undefined });
    if (answer.reset) return undefined;
    const { events, more } = answer;
    const end = at.head + events.length;
    const isWhole = events.every(({ seq }, index) => seq === at.head + 1 + index);
    if (epoch === at.epoch && isWhole && (more ? end < head : end === head)) return undefined;
    return `the log answered ${events.map(({ seq }) => seq).join()} of ${head} after ${at.head}`;
  }

  /** Whether a page at this cursor lacks nothing that it was told of. */
  isReached(channel: ChannelName, { epoch, head }: Cursor): boolean {
    const last = this.#told.get(channel)?.last;
    return !last || last.epoch !== epoch || last.head <= head;
  }
}

function cursorOf({ kind, epoch, head, events }: Frame): Cursor | undefined {
  if (kind === 'hello') return { epoch, head: head ?? 0 };
  return kind === 'events' ? { epoch, head: events?.at(-1)?.seq ?? 0 } : undefined;
}

/** Of another epoch, the one that was named last. */
const later = (before: Cursor | undefined, at: Cursor | undefined): Cursor => {
  const last = at && at.epoch !== '' ? at : (before ?? { epoch: '', head: 0 });
  return before?.epoch === last.epoch && before.head > last.head ? before : last;
};
