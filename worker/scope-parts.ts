/** What a scope may have beyond its environment. */
import type { Key } from './live/commit';
import type { Session } from './session';

/** A customers' screen, admitted by its link. It may see numbers only. */
export interface OpenedDisplay {
  id: string;
  /** The place it shows; null for all. */
  place: { id: string; name: string } | null;
}

/** When the person tapped what this request does. */
export interface Tap {
  /** By the server's clock; UTC epoch milliseconds. */
  at: number;
  /** When the request came; UTC epoch milliseconds. */
  receivedAt: number;
  /** Whether the device kept it, without network, before it was sent. */
  offline: boolean;
  /** Why another person must decide on it: it is older than the workplace accepts, or not past. */
  untimely: 'late' | 'future' | null;
}

export interface Parts {
  /** The session's person asks; without one the scope serves sign-in, setup and jobs. */
  session?: Session | undefined;
  key?: Key;
  /** The id of the request or of the run, for logs. */
  request?: string;
  /** Set only on routes that a customers' screen may call, also if a person is signed in on that browser. */
  display?: OpenedDisplay;
  tap?: Tap | undefined;
  /** UTC epoch milliseconds. */
  now?: () => number;
  /** Whether a job may begin another commit in this run. */
  mayGoOn?: () => boolean;
}
