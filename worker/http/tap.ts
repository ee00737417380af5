/** The true time of a tap that a device kept (contract/tap.ts). */
import type { Context, MiddlewareHandler } from 'hono';
import { describeRoute } from 'hono-openapi';
import * as v from 'valibot';
import type { ProblemCode } from '../contract/errors';
import { LONGEST_KEPT_MS, OFFLINE_AFTER_MS, SENT_AT, Tapped } from '../contract/tap';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import type { Tap } from '../scope-parts';
import type { Http } from './env';

/** Two clocks read at one moment may differ by a little. */
const TOLERANCE_MS = 2_000;

const HasTap = v.looseObject({ tapped: Tapped });

/** Whether a route's body may say when it was tapped. */
export const takesTap = (body: v.GenericSchema | undefined): boolean =>
  body !== undefined &&
  'entries' in body &&
  typeof body.entries === 'object' &&
  'tapped' in (body.entries ?? {});

/** How old a tap may be: as long as its key is known, or any age where it takes effect once by other means. */
export type TapAge = 'of its key' | 'any';

/** The refusals of a request with a tap. */
export const withTap = (age: TapAge): readonly ProblemCode[] =>
  age === 'any' ? ['another_person'] : ['another_person', 'tap_too_old'];

/** Describes the header; `atTap` reads it. */
export const tapHeader: MiddlewareHandler<Http> = Object.assign(
  (_c: Context<Http>, next: () => Promise<void>) => next(),
  describeRoute({
    parameters: [
      {
        in: 'header',
        name: SENT_AT,
        required: false,
        description:
          'With `tapped`: the device’s clock when it sends, in milliseconds since 1970. The tap counts from `received − (Sent-At − tapped.at)`, so a wrong clock is harmless.',
        schema: { type: 'integer', minimum: 0 },
      },
    ],
  }),
);

/** The scope at the moment of the body's tap, if it names one. @throws Refusal `another_person`, `invalid_input`, `tap_too_old` */
export function atTap(c: Context<Http>, body: unknown, age: TapAge): Scope {
  const { scope } = c.var;
  if (!v.is(HasTap, body)) return scope;
  const { tapped } = body;
  if (tapped.person !== scope.me.id) throw new Refusal('another_person');
  const sent = sentAt(c);
  if (age === 'of its key' && sent - tapped.at > LONGEST_KEPT_MS) throw new Refusal('tap_too_old');
  return scope.with({ tap: tapOf(tapped.at, sent, scope.now(), scope.me.settings.offlineTapHours) });
}

function sentAt(c: Context<Http>): number {
  const text = c.req.header(SENT_AT) ?? '';
  if (/^\d{1,16}$/.test(text)) return Number(text);
  const message = 'must be the device’s time in milliseconds since 1970';
  throw new Refusal('invalid_input', {
    detail: `${SENT_AT}: ${message}`,
    issues: [{ path: SENT_AT, message }],
  });
}

/** @param now when the request was received, by the server's clock; all in UTC epoch milliseconds */
function tapOf(tappedAt: number, sent: number, now: number, acceptedHours: number): Tap {
  const ago = sent - tappedAt;
  const untimely = ago < -TOLERANCE_MS ? 'future' : ago > acceptedHours * 3_600_000 ? 'late' : null;
  return {
    at: now - Math.max(0, ago),
    receivedAt: now,
    offline: ago > OFFLINE_AFTER_MS || untimely !== null,
    untimely,
  };
}
