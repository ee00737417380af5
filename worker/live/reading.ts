/**
 * Whether a page reads what it is sent. The runtime answers pings of a page that takes no frame, and shows no `bufferedAmount`. So
 * after many events the object sends a question, which the page must send back: no one can answer what they have not read.
 */
import { question } from '../contract/wire';
import { stateOf, updateState } from './socket';

/** Events after which a page is questioned. */
export const QUESTION_EVENTS = 250;
/** A page on a slow network answers within this. */
export const ANSWER_MS = 40_000;

/** Questions the page if it is due. @returns false if it has not answered in time */
export function mayRead(socket: WebSocket, head: number): boolean {
  const { read = 0, asked } = stateOf(socket);
  if (asked) return Date.now() - asked.at <= ANSWER_MS;
  if (head - read < QUESTION_EVENTS) return true;
  const text = question();
  socket.send(text);
  updateState(socket, { asked: { text, at: Date.now() } });
  return true;
}

/** @param head up to which the page was sent events before it answered @returns whether the message is the awaited answer */
export function isAnswer(socket: WebSocket, message: string | ArrayBuffer, head: number): boolean {
  if (message !== stateOf(socket).asked?.text) return false;
  updateState(socket, { read: head, asked: undefined });
  return true;
}
