/** Sends what is queued: right after its commit, and again each minute while a push service is out of reach. */
import { buildPushPayload } from '@block65/webcrypto-web-push';
import * as v from 'valibot';
import type { Bindings } from '../../bindings';
import {
  isAtPushService,
  isPushed,
  kindOf,
  type Pushed,
  QuietHours,
} from '../../contract/notifications/push';
import { can, Role } from '../../contract/roles';
import { type VapidKeys, vapidKeysIn } from '../../contract/secrets';
import { type Query, query, statement } from '../../db/queries';
import { logFailure } from '../../log';
import { isAttended } from '../../live/object';
import type { Scope } from '../../scope';
import { LEASE_MS, SENDING } from './queue';
import { isQuiet } from './quiet';

/** A Worker has six connections (developers.cloudflare.com/workers/platform/limits). */
const LANES = 6;
/** A push service may take this long to answer. */
const PATIENCE_MS = 10_000;
/** No push begins later than this after the first: what follows an answer may take 30 s in all, and the rest's lease ends. */
const BEGIN_MS = 15_000;
/** The most of one run of the job. */
const AT_ONCE = 200;
const MOST_TRIES = 6;

const Device = v.object({
  endpoint: v.string(),
  p256dh: v.string(),
  auth: v.string(),
  origin: v.string(),
  roles: v.array(Role),
  zone: v.nullable(v.string()),
  quiet: QuietHours,
});
type Device = v.InferOutput<typeof Device>;

/** A row as `SENDING` selects it. */
const Sending = v.object({
  id: v.string(),
  sessionId: v.string(),
  kind: v.string(),
  title: v.string(),
  body: v.string(),
  href: v.string(),
  tries: v.number(),
  expiresAt: v.number(),
  device: v.nullable(v.pipe(v.string(), v.parseJson(), Device)),
});
type Sending = v.InferOutput<typeof Sending>;

/** What sending needs of the scope of a commit or a job. */
type Sender = Pick<Scope, 'env' | 'now' | 'request'>;

/** What becomes of a push: it is settled, its device is gone, or it is tried again at a time. */
type Outcome = 'settled' | 'gone' | number;

/** The rows that a commit has queued. */
export const sendNow = (scope: Sender, returned: readonly unknown[]): Promise<void> =>
  sendAll(scope, v.parse(v.array(Sending), returned));

/** What was not sent, or not with success. Each push is taken once, also if two runs overlap. */
export async function sendPushes(scope: Sender): Promise<void> {
  const due = await scope.env.DB.prepare(
    `UPDATE pushes SET tries = tries + 1, next_at = ?1 + ${LEASE_MS} WHERE (id, session_id) IN (
         SELECT id, session_id FROM pushes WHERE next_at <= ?1 ORDER BY next_at LIMIT ${AT_ONCE}) RETURNING ${SENDING}`,
  )
    .bind(scope.now())
    .all();
  await sendAll(scope, v.parse(v.array(Sending), due.results));
}

async function sendAll(scope: Sender, pushes: readonly Sending[]): Promise<void> {
  if (pushes.length === 0) return;
  const { env, now } = scope;
  const keys = vapidKeysIn(env.VAPID_KEYS);
  const attended = await attendedDesks(env, pushes);
  const waiting = [...pushes];
  const writes: Query[] = [];
  const began = Date.now();
  const lane = async (): Promise<void> => {
    for (let push = waiting.shift(); push && Date.now() - began < BEGIN_MS; push = waiting.shift()) {
      const { device } = push;
      const wanted = keys && device && isWanted(env, push, device, attended, now());
      writes.push(settling(push, wanted ? await send(scope, push, device, keys) : 'settled'));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  await env.DB.batch(writes.map((write) => statement(env.DB, write)));
}

/** The desks of these pushes that someone has open. */
async function attendedDesks(env: Bindings, pushes: readonly Sending[]): Promise<Set<string>> {
  const desks = new Set(pushes.flatMap(({ kind }) => (isPushed(kind) && kindOf(kind).desk) || []));
  const answers = await Promise.all(
    [...desks].map(async (desk) => ((await isAttended(env, desk)) ? [desk] : [])),
  );
  return new Set(answers.flat());
}

/** The right and the wish, as they are now. */
function isWanted(
  { WORKPLACE_ZONE }: Bindings,
  { kind, expiresAt }: Sending,
  { roles, zone, quiet }: Device,
  attended: ReadonlySet<string>,
  now: number,
): boolean {
  if (now >= expiresAt) return false;
  if (!isPushed(kind)) return true;
  const { may, desk } = kindOf(kind);
  return (
    can({ roles }, may) &&
    !isQuiet(quiet, zone ?? WORKPLACE_ZONE, now) &&
    !(desk !== undefined && attended.has(desk))
  );
}

async function send(scope: Sender, push: Sending, device: Device, keys: VapidKeys): Promise<Outcome> {
  // A row may be older than the list of services.
  if (!isAtPushService(device.endpoint)) return 'gone';
  const request = await requestOf(push, device, keys, scope.now()).catch(() => undefined);
  if (!request) return 'gone'; // its keys are none
  const { host } = new URL(device.endpoint);
  // A redirect could lead to any host.
  const answer = await fetch(device.endpoint, {
    ...request,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((error: unknown) => {
    logFailure('warn', { message: 'push service not reached', request: scope.request, host, error });
  });
  await answer?.body?.cancel();
  if (answer?.ok) return 'settled';
  if (answer?.status === 404 || answer?.status === 410) return 'gone';
  if (!answer || answer.status === 429 || answer.status >= 500)
    return again(push, Number(answer?.headers.get('Retry-After')) || 0, scope.now());
  logFailure('warn', { message: 'push refused', request: scope.request, host, status: answer.status });
  return 'settled';
}

function requestOf(
  { id, kind, title, body, href, expiresAt }: Sending,
  device: Device,
  keys: VapidKeys,
  now: number,
) {
  const { endpoint, p256dh, auth, origin } = device;
  const desk = isPushed(kind) && kindOf(kind).desk !== undefined;
  // Of several that wait for a device or on its screen, the newest of a desk is enough.
  const pushed: Pushed = { id: desk ? kind : id, title, body, href };
  const ttl = Math.max(1, Math.ceil((expiresAt - now) / 1_000));
  return buildPushPayload(
    { data: pushed, options: desk ? { ttl, topic: kind.replace('.', '-') } : { ttl } },
    { endpoint, expirationTime: null, keys: { p256dh, auth } },
    // RFC 8292 §2.1 wants an address to write to; a machine's own origin has no https.
    { subject: origin.replace(/^http:/, 'https:'), ...keys },
  );
}

/** The time of the next try, or 'settled' if it is not worth one. @param wait seconds, as the service says */
function again({ tries, expiresAt }: Sending, wait: number, now: number): Outcome {
  const next = now + Math.max(wait * 1_000, 60_000 * 2 ** (tries - 1));
  return tries >= MOST_TRIES || next >= expiresAt ? 'settled' : next;
}

/** A device that subscribed again meanwhile stays. */
function settling({ id, sessionId, device }: Sending, outcome: Outcome): Query {
  if (outcome === 'settled')
    return query('DELETE FROM pushes WHERE id = ?1 AND session_id = ?2', [id, sessionId]);
  if (outcome === 'gone')
    return query('DELETE FROM push_subscriptions WHERE session_id = ?1 AND endpoint = ?2', [
      sessionId,
      device?.endpoint ?? '',
    ]);
  return query('UPDATE pushes SET next_at = ?3 WHERE id = ?1 AND session_id = ?2', [id, sessionId, outcome]);
}
