/** The device of a session: what it gets, and the browser's subscription that it gets it by. */
import type { Device, PushKind, PushSettings, Subscribe } from '../../contract/notifications/push';
import { vapidKeysIn } from '../../contract/secrets';
import { ask, type Fact, map, query, rows, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { queuedTest } from './queue';
import { quietHoursOf } from './quiet';

/** Of a person. */
const MOST_DEVICES = 20;
/** Between two test pushes of a device. */
const TEST_MS = 10_000;

export const pushSettings = async ({ d1, env, me }: Scope): Promise<PushSettings> => {
  const found = await ask(d1, together({ device: deviceOf(d1, me.session), quiet: quietHoursOf(d1, me.id) }));
  return {
    publicKey: vapidKeysIn(env.VAPID_KEYS)?.publicKey ?? null,
    device: found.device && { kinds: found.device.kinds },
    quiet: found.quiet,
  };
};

const deviceOf = (d1: D1Database, session: string): Fact<{ kinds: PushKind[]; testedAt: number } | null> =>
  map(
    rows<{ kind: PushKind | null; testedAt: number }>(
      d1,
      `SELECT kind, tested_at AS testedAt FROM push_subscriptions LEFT JOIN push_kinds USING (session_id)
       WHERE session_id = ?1 ORDER BY kind`,
      [session],
    ),
    (found) =>
      found[0] ? { kinds: found.flatMap(({ kind }) => kind ?? []), testedAt: found[0].testedAt } : null,
  );

/** The journal keeps the kinds only: anyone who knows an endpoint may try to send to it. */
const subjectOf = ({ me }: Scope): string => `push/${me.id}`;

/**
 * Subscribes this device, or changes what it gets. An endpoint moves here from any other session; a person's 21st device replaces the
 * oldest.
 * @param origin of this server, which names it to the push service
 * @throws Refusal `push_off` without keys, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function subscribe(scope: Scope, input: Subscribe, origin: string): Promise<Device> {
  if (!vapidKeysIn(scope.env.VAPID_KEYS)) throw new Refusal('push_off');
  const { endpoint, keys, kinds } = input;
  await scope.commit({
    subject: subjectOf(scope),
    action: 'push.subscribed',
    facts: (d1) => deviceOf(d1, scope.me.session),
    decide: (before, { id, session }, now) => ({
      write: query(
        `INSERT OR REPLACE INTO push_subscriptions (session_id, endpoint, p256dh, auth, origin, created_at, tested_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
        [session, endpoint, keys.p256dh, keys.auth, origin, now, before?.testedAt ?? 0],
      ),
      before: before && { kinds: before.kinds },
      after: { kinds },
      also: [
        query('INSERT INTO push_kinds (kind, session_id) SELECT value, ?1 FROM json_each(?2)', [
          session,
          JSON.stringify(kinds),
        ]),
        // The oldest beyond the most, so that one person cannot make each commit send thousands of pushes.
        query(
          `DELETE FROM push_subscriptions WHERE session_id IN (
             SELECT d.session_id FROM sessions CROSS JOIN push_subscriptions AS d ON d.session_id = sessions.id
             WHERE user_id = ?1 ORDER BY d.session_id = ?2 DESC, d.created_at DESC, d.session_id LIMIT -1 OFFSET ${MOST_DEVICES})`,
          [id, session],
        ),
      ],
    }),
  });
  return { kinds };
}

/** @throws Refusal `changed_meanwhile`, `key_reused`, `unavailable` */
export async function unsubscribe(scope: Scope): Promise<Device> {
  await scope.commitIfNeeded({
    subject: subjectOf(scope),
    action: 'push.unsubscribed',
    facts: (d1) => deviceOf(d1, scope.me.session),
    decide: (before, { session }) =>
      before
        ? {
            write: query('DELETE FROM push_subscriptions WHERE session_id = ?1', [session]),
            before: { kinds: before.kinds },
            after: null,
          }
        : { unchanged: null },
  });
  return null;
}

/**
 * Sends a push to this device.
 * @throws Refusal `no_device`, `too_many_tries` within ten seconds, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export const testPush = (scope: Scope): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(scope),
    action: 'push.tested',
    facts: (d1) => deviceOf(d1, scope.me.session),
    decide(device, { session }, now) {
      if (!device) throw new Refusal('no_device');
      if (now - device.testedAt < TEST_MS)
        throw new Refusal('too_many_tries', { retryAfter: TEST_MS / 1_000 });
      return {
        write: query(
          'UPDATE push_subscriptions SET tested_at = ?2 WHERE session_id = ?1 AND tested_at = ?3',
          [session, now, device.testedAt],
        ),
        before: null,
        after: null,
        also: [queuedTest(TEST, now, session)],
      };
    },
  });

const TEST = {
  id: 'test',
  title: 'Pushes reach this device',
  body: 'You get what you chose under Notifications.',
  href: '/notifications',
};
