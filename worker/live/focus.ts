/**
 * What people look at: each page tells it over its own socket, which carries it, so it is right after a hibernation and
 * ends with the socket. It says who is at work on what and holds nobody back.
 */
import * as v from 'valibot';
import { close, type Focus, FocusFrame, MESSAGE_MOST, MESSAGES_A_SECOND } from '../contract/wire';
import { isOpen, keep, listener, personOf } from './listener';

/** The tag of sockets that tell what their page looks at. */
export const FOCUSED = 'focused';

/** A page pings every 25 s, a hidden one perhaps once a minute: one that is silent for longer is gone, though its socket may not know yet. */
const SILENT_MS = 100_000;

/** Why a socket is to be closed. */
export type Wrong = readonly [code: number, reason: string];

export class Focuses {
  /** When the last messages of each socket came. A flood keeps the object awake, so it need not outlive that. */
  readonly #heard = new WeakMap<WebSocket, number[]>();

  constructor(
    private readonly ctx: Pick<
      DurableObjectState,
      'getWebSockets' | 'getTags' | 'getWebSocketAutoResponseTimestamp'
    >,
  ) {}

  /** Takes what a page says. @returns why its socket is to be closed, if it is */
  hear(socket: WebSocket, message: string | ArrayBuffer): Wrong | undefined {
    const now = Date.now();
    const times = [...(this.#heard.get(socket) ?? []), now].slice(-MESSAGES_A_SECOND - 1);
    this.#heard.set(socket, times);
    if (times.length > MESSAGES_A_SECOND && now - (times[0] ?? now) < 1_000)
      return [close.tooMuch, 'too many messages'];
    const frame = this.ctx.getTags(socket).includes(FOCUSED) ? parsed(message) : undefined;
    if (!frame) return [close.protocol, 'not a message that this socket takes'];
    const { on, doing } = frame;
    keep(socket, { focus: on === null ? undefined : { on, doing, since: now } });
    return undefined;
  }

  /** This socket has closed or is being closed. @returns whether it looked at something */
  end(socket: WebSocket): boolean {
    const { focus } = listener(socket);
    if (focus) keep(socket, { focus: undefined });
    return focus !== undefined;
  }

  /** Everything that anybody looks at, each person once for each thing; who edits it somewhere edits it. */
  get all(): Focus[] {
    const all = new Map<string, Focus>();
    for (const socket of this.ctx.getWebSockets(FOCUSED)) {
      const { focus } = listener(socket);
      if (!focus || !isOpen(socket) || this.#isSilent(socket, focus.since)) continue;
      const { on, doing } = focus;
      const person = personOf(this.ctx.getTags(socket));
      const key = `${person} ${on}`;
      if (all.get(key)?.doing !== 'editing') all.set(key, { person, on, doing });
    }
    return [...all.values()];
  }

  #isSilent(socket: WebSocket, since: number): boolean {
    const pinged = this.ctx.getWebSocketAutoResponseTimestamp(socket);
    return Date.now() - Math.max(since, pinged ? +pinged : 0) > SILENT_MS;
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
