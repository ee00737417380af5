/** Who may go on listening. The socket route asks once at the door; a channel asks again when leases are due. */
import { mayListen } from '../contract/channels';
import type { Role } from '../contract/roles';

/** Of these sessions, those that still stand and whose person may (still) listen to the channel. */
export async function stillAllowed(
  db: D1Database,
  channel: string,
  sessionIds: readonly string[],
  now: number,
): Promise<Set<string>> {
  const { results } = await db
    .prepare(
      `SELECT sessions.id AS session, people.id, people.roles
       FROM json_each(?1) AS asked JOIN sessions ON sessions.id = asked.value JOIN people ON people.id = sessions.user_id
       WHERE sessions.expires_at > ?2 AND people.active`,
    )
    .bind(JSON.stringify(sessionIds), now)
    .all<{ session: string; id: string; roles: string }>();
  const allowed = results.filter(({ id, roles }) =>
    mayListen({ id, roles: JSON.parse(roles) as Role[] }, channel),
  );
  return new Set(allowed.map(({ session }) => session));
}
