/** A channel's next step: a pure function of its position and of the message. */
import type { Cursor, Envelope, Frame, Since } from '$contract/wire';

/** A frame, or the answer to a ping. */
export type Heard = Frame | ({ kind: 'pong' } & Cursor);

/** The log's head, which another source named. */
export type Named = { kind: 'log' } & Cursor;

export interface Place extends Cursor {
  /** The highest number named in this epoch; events are missing until `head` reaches it. */
  heard: number;
}

export type Step = {
  heard: number;
} & (
  | { do: 'apply'; events: readonly Envelope[] }
  | { do: 'drop' }
  /** The missing events follow in the next frame. */
  | { do: 'wait' }
  | { do: 'pull' }
  | { do: 'reload' }
);

/** After a message of the socket or the heads check. */
export function onHeard(at: Place, message: Heard | Named): Step {
  if (message.kind === 'presence') return { do: 'drop', heard: at.heard };
  // An older database was restored, or the answer crossed with an event: the next read tells.
  if (message.kind === 'log' && message.head < at.head) return { do: 'pull', heard: at.heard };
  // Only the log knows the present epoch.
  if (message.epoch !== at.epoch) return { do: 'pull', heard: at.heard };
  const heard = Math.max(at.heard, message.kind === 'events' ? lastOf(message.events) : message.head);
  if (message.kind === 'hello' && message.replay) return { do: 'wait', heard };
  const events = message.kind === 'events' ? nextOf(at.head, message.events) : [];
  if (events.length > 0) return { do: 'apply', events, heard };
  return { do: heard > at.head ? 'pull' : 'drop', heard };
}

/**
 * After an answer of the log.
 * @param from the cursor of the request; the screen may have moved since
 * @throws if the log claims more events but returns none
 */
export function onPulled(at: Place, from: Cursor, answer: Since): Step {
  const moved = at.epoch !== from.epoch || at.head !== from.head;
  if (at.epoch !== from.epoch || (answer.reset && moved)) return { do: 'pull', heard: at.heard };
  if (answer.reset) return { do: 'reload', heard: at.heard };
  const events = nextOf(at.head, answer.events);
  if (events.length === 0 && answer.more && !moved) throw new Error('the log does not go on');
  return { do: 'apply', events, heard: Math.max(at.heard, answer.head) };
}

/** The events that follow the head without a gap. */
function nextOf(head: number, events: readonly Envelope[]): Envelope[] {
  const next: Envelope[] = [];
  for (const event of events) if (event.seq === head + 1 + next.length) next.push(event);
  return next;
}

const lastOf = (events: readonly Envelope[]): number => events.at(-1)?.seq ?? 0;
