/**
 * What people look at. Each page sends it over its socket, whose attachment holds it: it survives a hibernation and ends with the
 * socket. It informs others and locks nothing.
 */
import * as v from 'valibot';
import { close, type Focus, FocusFrame, MESSAGE_MOST, MESSAGES_A_SECOND } from '../contract/wire';
import { isOpen, isSilent, personOf, stateOf, updateState } from './socket';

/** The tag of sockets that may send a focus. */
export const FOCUSED = 'focused';

/** The close code and reason for a message that is not allowed. */
export type Violation = readonly [code: number, reason: string];

export class Focuses {
  /** The times of each socket's last messages. A flood keeps the object awake, so memory is enough. */
  readonly #received = new WeakMap<WebSocket, number[]>();

  constructor(
    private readonly ctx: Pick<
      DurableObjectState,
      'getWebSockets' | 'getTags' | 'getWebSocketAutoResponseTimestamp'
    >,
  ) {}

  /** @returns the violation for which the socket must be closed, if any */
  receive(socket: WebSocket, message: string | ArrayBuffer): Violation | undefined {
    const now = Date.now();
    const times = [...(this.#received.get(socket) ?? []), now].slice(-MESSAGES_A_SECOND - 1);
    this.#received.set(socket, times);
    if (times.length > MESSAGES_A_SECOND && now - (times[0] ?? now) < 1_000)
      return [close.tooMuch, 'too many messages'];
    const frame = this.ctx.getTags(socket).includes(FOCUSED) ? parsed(message) : undefined;
    if (!frame) return [close.protocol, 'not a message that this socket takes'];
    const { on, doing } = frame;
    updateState(socket, { focus: on === null ? undefined : { on, doing, since: now } });
    return undefined;
  }

  /** The socket has closed or is closing. @returns whether it had a focus */
  end(socket: WebSocket): boolean {
    const { focus } = stateOf(socket);
    if (focus) updateState(socket, { focus: undefined });
    return focus !== undefined;
  }

  /** One focus for each person and thing; `editing` in one tab counts above `viewing` in another. */
  get all(): Focus[] {
    const all = new Map<string, Focus>();
    for (const socket of this.ctx.getWebSockets(FOCUSED)) {
      const { focus } = stateOf(socket);
      if (!focus || !isOpen(socket) || isSilent(this.ctx, socket, focus.since)) continue;
      const { on, doing } = focus;
      const person = personOf(this.ctx.getTags(socket));
      const key = `${person} ${on}`;
      if (all.get(key)?.doing !== 'editing') all.set(key, { person, on, doing });
    }
    return [...all.values()];
  }
}

function parsed(message: string | ArrayBuffer): FocusFrame | undefined {
  if (typeof message !== 'string' || message.length > MESSAGE_MOST) return undefined;
  try {
    const frame = v.safeParse(FocusFrame, JSON.parse(message));
    return frame.success ? frame.output : undefined;
  } catch {
    return undefined;
  }
}
