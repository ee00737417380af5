/** What a socket carries with it, also through a hibernation. */
import type { Doing } from '../contract/wire';

export interface Listener {
  /** By which session the Worker says they are here. */
  session: string;
  /** When it last was sure. */
  at: number;
  /** What their page looks at, and when it said so. */
  focus?: { on: string; doing: Doing; since: number } | undefined;
}

export const listener = (socket: WebSocket): Listener => socket.deserializeAttachment() as Listener;

/** Keeps these with it, beside what it carries already. */
export function keep(socket: WebSocket, it: Partial<Listener>): void {
  socket.serializeAttachment({ ...listener(socket), ...it } satisfies Listener);
}

/** One that is closing may still be listed. */
export const isOpen = ({ readyState }: WebSocket): boolean => readyState === WebSocket.OPEN;

/** Whose socket that is, by its tags. */
export const personOf = (tags: readonly string[]): string =>
  tags.find((each) => each.startsWith('person:'))?.slice('person:'.length) ?? '';
