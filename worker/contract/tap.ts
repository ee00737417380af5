/** When a person tapped, for requests that a device may have kept while it had no network. */
import * as v from 'valibot';
import { Id, Instant } from './values';

/** Part of the body, so a request sent again is the same one. */
export const Tapped = v.strictObject({
  v: v.literal(1),
  /** Who was signed in when it was tapped: no one else may send it. */
  person: Id,
  /** By the device's clock, which may be wrong. */
  at: Instant,
});
export type Tapped = v.InferOutput<typeof Tapped>;

/** The request header with the device's clock when it sends: the difference to `at` is right even if that clock is wrong. */
export const SENT_AT = 'Sent-At';

/** A tap that arrives later than this was kept without network. Milliseconds. */
export const OFFLINE_AFTER_MS = 60_000;

/** How long a device may keep a tap: after that its key may be forgotten, so it could take effect twice. Milliseconds. */
export const LONGEST_KEPT_MS = 30 * 86_400_000;
