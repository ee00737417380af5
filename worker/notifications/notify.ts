/** Telling a person something, as part of the change that is the reason for it. */
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import type { Notification } from '../contract/notifications/notifications';
import { ask, type Fact, map, type Query, query, rows } from '../db/queries';
import type { Scope } from '../scope';

export type Message = Pick<Notification, 'kind' | 'title' | 'body' | 'href'> & { personId: string };

/** Who does not want which kinds, as `person kind`. */
export type Muted = ReadonlySet<string>;

export const mutedBy = (d1: D1Database, people: readonly string[]): Fact<Muted> =>
  map(
    rows<{ person: string; kind: string }>(
      d1
        .prepare(
          'SELECT person_id AS person, kind FROM muted_kinds WHERE person_id IN (SELECT value FROM json_each(?1))',
        )
        .bind(JSON.stringify(people)),
    ),
    (muted) => new Set(muted.map(({ person, kind }) => `${person} ${kind}`)),
  );

/** What is added to a commit. */
export interface Notices {
  also: Query[];
  publish: Publication[];
}

/**
 * What to add to a commit so that these people are notified, except of kinds they do not want.
 * @param at UTC epoch milliseconds, the commit's own
 */
export function noticesOf(
  { newId }: Pick<Scope, 'newId'>,
  at: number,
  messages: readonly Message[],
  muted: Muted,
): Notices {
  const made = messages
    .filter(({ personId, kind }) => !muted.has(`${personId} ${kind}`))
    .map(({ personId, ...message }) => ({
      personId,
      notification: { id: newId(), ...message, at, readAt: null } satisfies Notification,
    }));
  return {
    also: made.map(({ personId, notification: { id, kind, title, body, href } }) =>
      query(
        'INSERT INTO notifications (id, person_id, kind, title, body, href, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)',
        ...[id, personId, kind, title, body, href, at],
      ),
    ),
    publish: made.map(({ personId, notification }) => ({
      channel: userChannel(personId),
      type: 'notification.created',
      data: notification,
    })),
  };
}

/** The same where the preferences have not been read with the facts: one more question. */
export async function notices(scope: Scope, at: number, messages: readonly Message[]): Promise<Notices> {
  if (messages.length === 0) return { also: [], publish: [] };
  const people = [...new Set(messages.map(({ personId }) => personId))];
  return noticesOf(scope, at, messages, await ask(scope.d1, mutedBy(scope.d1, people)));
}
