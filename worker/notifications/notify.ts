/** Notifies people in the commit of the change that causes it. */
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import type { Notification } from '../contract/notifications/notifications';
import { ask, type Fact, map, type Query, query, rows } from '../db/queries';
import { isPushed } from '../contract/notifications/push';
import type { Scope } from '../scope';
import { queued } from './push/queue';

export interface Message extends Pick<Notification, 'kind' | 'title' | 'body' | 'href'> {
  personId: string;
  /** Another person whom title or body name: erasing them reaches it (personal.ts). */
  names?: { id: string; name: string };
}

/** Muted kinds, as `person kind`. */
export type Muted = ReadonlySet<string>;

export const mutedBy = (d1: D1Database, people: readonly string[]): Fact<Muted> =>
  map(
    rows<{ person: string; kind: string }>(
      d1,
      'SELECT person_id AS person, kind FROM muted_kinds WHERE person_id IN (SELECT value FROM json_each(?1))',
      [JSON.stringify(people)],
    ),
    (muted) => new Set(muted.map(({ person, kind }) => `${person} ${kind}`)),
  );

/** Additions to a commit. */
export interface Notices {
  also: Query[];
  publish: Publication[];
}

/**
 * The additions that notify these people, except of kinds that they muted, and push to their devices (push/queue.ts).
 * @param at the commit's time, UTC epoch milliseconds
 */
export function noticesOf(
  { newId }: Pick<Scope, 'newId'>,
  at: number,
  messages: readonly Message[],
  muted: Muted,
): Notices {
  const made = messages
    .filter(({ personId, kind }) => !muted.has(`${personId} ${kind}`))
    .map(({ personId, names, ...message }) => ({
      personId,
      names,
      notification: { id: newId(), ...message, at, readAt: null } satisfies Notification,
    }));
  return {
    also: made.flatMap(({ personId, names, notification: { id, kind, title, body, href } }) => [
      query(
        `INSERT INTO notifications (id, person_id, kind, title, body, href, at, named_id, named_as)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)`,
        [id, personId, kind, title, body, href, at, names?.id ?? null, names?.name ?? null],
      ),
      ...(isPushed(kind)
        ? [queued({ id, kind, title, body, href }, at, { sql: 'SELECT ?2 AS person', value: personId })]
        : []),
    ]),
    publish: made.map(({ personId, notification }) => ({
      channel: userChannel(personId),
      type: 'notification.created',
      data: notification,
    })),
  };
}

/** As `noticesOf`, with one more read for the preferences. */
export async function notices(scope: Scope, at: number, messages: readonly Message[]): Promise<Notices> {
  if (messages.length === 0) return { also: [], publish: [] };
  const people = [...new Set(messages.map(({ personId }) => personId))];
  return noticesOf(scope, at, messages, await ask(scope.d1, mutedBy(scope.d1, people)));
}
