/** What a page was told about its channels: the highest number that a frame, a pong or the log named. */
import { type Cursor, type Heads, parsePong, type Since } from '../../../worker/contract/wire';
import type { ChannelName } from '../../../worker/contract/channels';
import { Broken, type World } from './World';

interface Told {
  last: Cursor | undefined;
  /** Since the latest pull began. */
  meanwhile: Cursor | undefined;
}

type Frame = { kind: string; epoch: string; head?: number; events?: readonly { seq: number }[] };

export class Known {
  readonly #told = new Map<string, Told>();

  constructor(private readonly world: World) {}

  /** A frame or a pong. */
  hear(channel: ChannelName, text: string): void {
    const at = parsePong(text) ?? cursorOf(JSON.parse(text) as Frame);
    if (at) this.#note(channel, at);
  }

  /** The answer of the heads check. */
  async heads(request: Promise<Heads>): Promise<Heads> {
    const answer = await request;
    for (const [channel, head] of Object.entries(answer.heads))
      this.#note(channel, { epoch: answer.epoch, head });
    return answer;
  }

  /** A pull, whose answer replaces what was named before it. It has the events after the cursor without a gap, or a reset. */
  async since(channel: ChannelName, at: Cursor, request: Promise<Since>): Promise<Since> {
    const last = this.#told.get(channel)?.last;
    this.#told.set(channel, { last, meanwhile: undefined });
    const answer = await request;
    const { epoch, head } = answer;
    this.#told.set(channel, {
      last: later({ epoch, head }, this.#told.get(channel)?.meanwhile),
      meanwhile: undefined,
    });
    if (answer.reset) return answer;
    const { events, more } = answer;
    const end = at.head + events.length;
    const isWhole = events.every(({ seq }, index) => seq === at.head + 1 + index);
    if (epoch !== at.epoch || !isWhole || (more ? end >= head : end !== head))
      this.world.fail(
        new Broken(`the log answered ${events.map(({ seq }) => seq).join()} of ${head} after ${at.head}`),
      );
    return answer;
  }

  /** Whether a page at this cursor lacks nothing that it was told of. */
  isReached(channel: ChannelName, { epoch, head }: Cursor): boolean {
    const last = this.#told.get(channel)?.last;
    return !last || last.epoch !== epoch || last.head <= head;
  }

  #note(channel: string, at: Cursor): void {
    const told = this.#told.get(channel);
    this.#told.set(channel, { last: later(at, told?.last), meanwhile: later(at, told?.meanwhile) });
  }
}

function cursorOf({ kind, epoch, head, events }: Frame): Cursor | undefined {
  if (kind === 'hello') return { epoch, head: head ?? 0 };
  return kind === 'events' ? { epoch, head: events?.at(-1)?.seq ?? 0 } : undefined;
}

/** The further one; of two epochs, the one that was named last. */
const later = (at: Cursor, before: Cursor | undefined): Cursor =>
  before?.epoch === at.epoch && before.head > at.head ? before : at;
