/** Telling a person something, as part of the change that is the reason for it. */
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import type { Notification, NotificationKind } from '../contract/notifications/notifications';
import type { Query } from '../db/client';
import { notifications } from '../db/schema';
import type { Scope } from '../scope';

export type Message = Pick<Notification, 'kind' | 'title' | 'body' | 'href'> & { personId: string };

/**
 * What to add to a commit so that these people are told, except of kinds they do not want.
 * @param at UTC epoch milliseconds, the commit's own
 */
export async function notices(
  scope: Scope,
  at: number,
  messages: readonly Message[],
): Promise<{ also: Query[]; publish: Publication[] }> {
  const unwanted = await mutedOf(scope, messages);
  const wanted = messages.filter(({ personId, kind }) => !unwanted.has(`${personId} ${kind}`));
  const made = wanted.map(({ personId, ...message }) => ({
    personId,
    notification: { id: scope.newId(), ...message, at, readAt: null } satisfies Notification,
  }));
  return {
    also: made.map(({ personId, notification }) =>
      scope.db.insert(notifications).values({ ...notification, personId }),
    ),
    publish: made.map(({ personId, notification }) => ({
      channel: userChannel(personId),
      type: 'notification.created',
      data: notification,
    })),
  };
}

async function mutedOf(scope: Scope, messages: readonly { personId: string; kind: NotificationKind }[]) {
  if (messages.length === 0) return new Set<string>();
  const people = [...new Set(messages.map(({ personId }) => personId))];
  const { results } = await scope.d1
    .prepare(
      'SELECT person_id AS person, kind FROM muted_kinds WHERE person_id IN (SELECT value FROM json_each(?1))',
    )
    .bind(JSON.stringify(people))
    .all<{ person: string; kind: string }>();
  return new Set(results.map(({ person, kind }) => `${person} ${kind}`));
}
