/** What a channel does about what it hears: a pure function of where it is and what was said. */
import type { Cursor, Envelope, Frame, Since } from '$contract/wire';

/** A frame, the answer to a ping, or a place in the log that another source named. */
export type Heard = Frame | ({ kind: 'pong' } & Cursor);

export interface Place extends Cursor {
  /** The highest number heard of in this epoch; events up to it are missing until `head` reaches it. */
  heard: number;
}

export type Step = {
  /** The new `heard` of the place. */
  heard: number;
} & (
  | { do: 'apply'; events: readonly Envelope[] }
  /** Nothing new. */
  | { do: 'drop' }
  /** What is missing follows in the next frame. */
  | { do: 'wait' }
  | { do: 'pull' }
  | { do: 'reload' }
);

/** A socket or the heads check said something. */
export function onHeard(at: Place, said: Heard): Step {
  if (said.kind === 'presence') return { do: 'drop', heard: at.heard };
  // Only the log can say which epoch is the present one.
  if (said.epoch !== at.epoch) return { do: 'pull', heard: at.heard };
  const heard = Math.max(at.heard, said.kind === 'events' ? lastOf(said.events) : said.head);
  if (said.kind === 'hello' && said.replay) return { do: 'wait', heard };
  const events = said.kind === 'events' ? nextOf(at.head, said.events) : [];
  if (events.length > 0) return { do: 'apply', events, heard };
  return { do: heard > at.head ? 'pull' : 'drop', heard };
}

/**
 * The log answered.
 * @param from the cursor at which it was asked; the screen may have another one by now
 * @throws where the log has more to tell but does not tell it
 */
export function onPulled(at: Place, from: Cursor, answer: Since): Step {
  const moved = at.epoch !== from.epoch || at.head !== from.head;
  if (at.epoch !== from.epoch || (answer.reset && moved)) return { do: 'pull', heard: at.heard };
  if (answer.reset) return { do: 'reload', heard: at.heard };
  const events = nextOf(at.head, answer.events);
  if (events.length === 0 && answer.more && !moved) throw new Error('the log does not go on');
  return { do: 'apply', events, heard: Math.max(at.heard, answer.head) };
}

/** Those that follow the head without a hole. */
function nextOf(head: number, events: readonly Envelope[]): Envelope[] {
  const next: Envelope[] = [];
  for (const event of events) if (event.seq === head + 1 + next.length) next.push(event);
  return next;
}

const lastOf = (events: readonly Envelope[]): number => events.at(-1)?.seq ?? 0;
