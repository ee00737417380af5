import type { Problem } from '$contract/errors';

/** What a person did on this device, as it was at the tap, until the server has answered. */
export interface Act {
  v: 1;
  /** The API's path, which names what was done: `attendance/check-in`. */
  act: string;
  /** Its idempotency key: sent twice, it takes effect once. */
  key: string;
  /** Who was signed in: no one else sees or sends it. */
  person: string;
  /** By the device's clock. */
  tappedAt: number;
  body: Readonly<Record<string, unknown>>;
  /** The server's final refusal; without one it is still to be sent. */
  refused?: Problem;
}

/** What the server answered, or that it has to be tried again later. */
export type Reply =
  | { kind: 'confirmed'; body: unknown }
  | { kind: 'refused'; problem: Problem }
  /** No network, a busy server, or another person's cookie. @property after the server's wish, milliseconds */
  | { kind: 'later'; after?: number; signedOut: boolean };
