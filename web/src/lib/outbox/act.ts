import type { Problem } from '$contract/errors';
import { ProblemDocument } from '$contract/problem';
import * as v from 'valibot';

/** What a person did on this device, as it was at the tap, until the server has answered. */
export const Act = v.object({
  v: v.literal(1),
  /** The API's path, which names what was done: `attendance/check-in`. */
  act: v.string(),
  /** Its idempotency key: sent twice, it takes effect once. */
  key: v.string(),
  /** Who was signed in: no one else sees or sends it. */
  person: v.string(),
  /** By the device's clock. */
  tappedAt: v.number(),
  body: v.record(v.string(), v.unknown()),
  /** The server's final refusal; without one it is still to be sent. */
  refused: v.optional(ProblemDocument),
});
export type Act = Readonly<v.InferOutput<typeof Act>>;

/** One that this version cannot read stays where it is, and stops no other. */
export const readable = (kept: readonly unknown[]): Act[] =>
  kept.flatMap((it) => {
    const act = v.safeParse(Act, it);
    if (!act.success) console.warn('A tap on this device cannot be read.');
    return act.success ? [act.output] : [];
  });

/** What the server answered, or that it has to be tried again later. */
export type Reply = Answered | Later;
export type Answered = { kind: 'confirmed'; body: unknown } | { kind: 'refused'; problem: Problem };
/** No network, a busy server, or another person's cookie. @property after the server's wish, milliseconds */
export type Later = { kind: 'later'; after?: number; signedOut: boolean };
