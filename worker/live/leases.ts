/** A socket's right to listen is a lease: a `revoke` that was lost ends with it (docs/decisions/005-sockets-hold-leases.md). */
import type { ChannelName } from '../contract/channels';
import { stillAllowed } from './access';
import { WATCHER } from './presence';
import { stateOf, updateState } from './socket';

/** Nothing is sent to a socket whose right was checked longer ago than this. */
export const LEASE_MS = 5 * 60_000;

export class Leases {
  /** When the first one ends. */
  #due: number | undefined;

  constructor(private readonly ctx: Pick<DurableObjectState, 'getWebSockets' | 'getTags'>) {}

  /** Of a new socket. @param at when its right was checked */
  begin(at: number): void {
    this.#due = Math.min(this.#due ?? this.#firstEnd(), at + LEASE_MS);
  }

  /**
   * If one lease is over, one read checks all sessions again, and another one those of sockets that joined meanwhile unchecked.
   * @returns the sockets that may no longer listen
   */
  async renew(d1: D1Database, channel: ChannelName): Promise<WebSocket[]> {
    const ended: WebSocket[] = [];
    while (this.#isDue()) await this.#check(d1, channel, ended);
    return ended;
  }

  #isDue(): boolean {
    this.#due ??= this.#firstEnd();
    const left = this.#due - Date.now();
    const isSetBack = left > LEASE_MS && left < Infinity; // the clock: no lease may last longer for that
    return left <= 0 || isSetBack;
  }

  async #check(d1: D1Database, channel: ChannelName, ended: WebSocket[]): Promise<void> {
    const now = Date.now();
    const sockets = this.ctx
      .getWebSockets()
      .filter((socket) => !ended.includes(socket))
      .map((socket) => ({ socket, session: stateOf(socket).session }));
    const sessions = [...new Set(sockets.map(({ session }) => session))];
    const allowed = await stillAllowed(d1, channel, sessions, now);
    for (const { socket, session } of sockets) {
      const watches = this.ctx.getTags(socket).includes(WATCHER);
      if ((watches ? allowed.toWatch : allowed.toListen).has(session)) updateState(socket, { at: now });
      else ended.push(socket);
    }
    this.#due = this.#firstEnd(ended);
  }

  #firstEnd(ended: readonly WebSocket[] = []): number {
    const open = this.ctx.getWebSockets().filter((socket) => !ended.includes(socket));
    return Math.min(...open.map((socket) => stateOf(socket).at)) + LEASE_MS;
  }
}
