/** What the Worker and a channel's object keep with a socket. */
import type * as v from 'valibot';
import type { Doing, Envelope, Events } from '../contract/wire';

/** The headers in which the Worker names the admitted person, the head it has just read, and the presence mode (contract/channels.ts). */
export const admission = {
  person: 'x-person',
  session: 'x-session',
  cursor: 'x-cursor',
  presence: 'x-presence',
  /** The person works at the channel's desk, and has it open. */
  desk: 'x-desk',
} as const;

/** Survives a hibernation, as the socket's attachment. */
export interface SocketState {
  session: string;
  /** When the session's right was last checked. */
  at: number;
  /** The head up to which the page has shown that it reads, and the question that it must answer (reading.ts). */
  read?: number;
  asked?: { text: string; at: number } | undefined;
  /** What the page looks at, and since when. */
  focus?: { on: string; doing: Doing; since: number } | undefined;
}

export const stateOf = (socket: WebSocket): SocketState => socket.deserializeAttachment() as SocketState;

export function updateState(socket: WebSocket, changes: Partial<SocketState>): void {
  socket.serializeAttachment({ ...stateOf(socket), ...changes } satisfies SocketState);
}

/** A closing socket may still be listed. */
export const isOpen = ({ readyState }: WebSocket): boolean => readyState === WebSocket.OPEN;

export const personOf = (tags: readonly string[]): string =>
  tags.find((each) => each.startsWith('person:'))?.slice('person:'.length) ?? '';

/** A visible page pings every 25 s, a hidden one perhaps once a minute. A page silent for longer is gone, even if its socket is open. */
export const SILENT_MS = 100_000;

/** @param since when the page was last heard otherwise */
export function isSilent(
  ctx: Pick<DurableObjectState, 'getWebSocketAutoResponseTimestamp'>,
  socket: WebSocket,
  since: number,
): boolean {
  const pinged = ctx.getWebSocketAutoResponseTimestamp(socket);
  return Date.now() - Math.max(since, pinged ? +pinged : 0) > SILENT_MS;
}

/** Whether the socket is open, and its page has sent something lately. A right that was just checked counts too. */
export function isHeard(
  ctx: Pick<DurableObjectState, 'getWebSocketAutoResponseTimestamp'>,
  socket: WebSocket,
): boolean {
  const { at, focus } = stateOf(socket);
  return isOpen(socket) && !isSilent(ctx, socket, Math.max(at, focus?.since ?? 0));
}

/** An event as its channel's object keeps it: its text is written once. */
export interface Kept extends Pick<Envelope, 'seq' | 'entry' | 'at'> {
  text: string;
}

export const kept = (event: Envelope): Kept => ({
  seq: event.seq,
  entry: event.entry,
  at: event.at,
  text: JSON.stringify(event),
});

/** The frame of contiguous events, at least one. */
export function framed(epoch: string, events: readonly Kept[]): string {
  const from = events[0]?.seq as number;
  const frame = { kind: 'events', epoch, from } satisfies Omit<v.InferOutput<typeof Events>, 'events'>;
  return `${JSON.stringify(frame).slice(0, -1)},"events":[${events.map(({ text }) => text).join()}]}`;
}
