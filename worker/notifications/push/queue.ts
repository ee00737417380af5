/** Queues pushes in the commit that causes them. The commit hands the queued rows to `sendNow` (send.ts). */
import { kindOf, type PushKind, type Pushed } from '../../contract/notifications/push';
import { type Query, query } from '../../db/queries';
import { SETTINGS_AT } from '../../settings/settings';

export interface Push extends Pushed {
  /** Unique for a device: the id of what it is about. */
  id: string;
  kind: PushKind;
}

/** Whom it is for: SQL of their ids as `person`, in which ?2 is the value. */
export interface Receivers {
  sql: string;
  value: string;
}

/** A try that did not end within this is made again by a job. */
export const LEASE_MS = 60_000;

/**
 * Queues a push for the devices that chose its kind.
 * @param at the commit's time, UTC epoch milliseconds
 * @param receivers all who chose the kind if missing
 */
export function queued({ id, kind, title, body, href }: Push, at: number, receivers?: Receivers): Query {
  const { atOnce, minutes } = kindOf(kind);
  return query(
    `${INTO} SELECT ?3, push_kinds.session_id, ?4, ?5, ?6, ?7, ?8, ?9, ?10
     FROM ${receivers ? chosenBy(receivers) : 'push_kinds'} WHERE push_kinds.kind = ?4${atOnce ? ` RETURNING ${SENDING}` : ''}`,
    [
      at,
      receivers?.value ?? null,
      id,
      kind,
      title,
      body,
      href,
      atOnce ? 1 : 0,
      atOnce ? at + LEASE_MS : at,
      at + minutes * 60_000,
    ],
  );
}

/** Queues a push that a person wants to see on this device now, whatever it gets otherwise. */
export const queuedTest = ({ id, title, body, href }: Pushed, at: number, session: string): Query =>
  query(`${INTO} VALUES (?3, ?2, 'test', ?4, ?5, ?6, 1, ?7, ?7) RETURNING ${SENDING}`, [
    at,
    session,
    id,
    title,
    body,
    href,
    at + LEASE_MS,
  ]);

const INTO =
  'INSERT OR REPLACE INTO pushes (id, session_id, kind, title, body, href, tries, next_at, expires_at)';

const chosenBy = ({ sql }: Receivers): string =>
  `(${sql}) AS receivers CROSS JOIN sessions ON sessions.user_id = receivers.person
   CROSS JOIN push_kinds ON push_kinds.session_id = sessions.id`;

/**
 * SQL: a row of `pushes` and its device, as JSON, at the moment ?1. No device if its session has ended, its person was deactivated,
 * or the kind was muted since.
 */
export const SENDING = `id, session_id AS sessionId, kind, title, body, href, tries, expires_at AS expiresAt,
  (SELECT json_object('endpoint', d.endpoint, 'p256dh', d.p256dh, 'auth', d.auth, 'origin', d.origin, 'roles', json(p.roles),
     'zone', coalesce(p.zone, ${SETTINGS_AT} ->> 'zone'),
     'quiet', json((SELECT json_object('from', from_time, 'to', to_time) FROM quiet_hours WHERE person_id = p.id)))
   FROM push_subscriptions AS d JOIN sessions AS s ON s.id = d.session_id JOIN people AS p ON p.id = s.user_id
   WHERE d.session_id = pushes.session_id AND s.expires_at > ?1 AND p.active AND (pushes.kind = 'test' OR (
     EXISTS (SELECT 1 FROM push_kinds WHERE kind = pushes.kind AND session_id = pushes.session_id)
     AND NOT EXISTS (SELECT 1 FROM muted_kinds WHERE person_id = p.id AND kind = pushes.kind)))) AS device`;
