/** Who may go on listening. The socket route asks once at the door; a channel asks again when leases are due. */
import { mayListen, mayWatchPresence } from '../contract/channels';
import type { Role } from '../contract/roles';
import type { Settings } from '../contract/settings';
import { SETTINGS_AT } from '../db/client';

/** Of these sessions, those that still stand and whose person may (still) listen to the channel, or watch who is on it. */
export async function stillAllowed(
  db: D1Database,
  channel: string,
  sessionIds: readonly string[],
  now: number,
): Promise<{ toListen: Set<string>; toWatch: Set<string> }> {
  const { results } = await db
    .prepare(
      `SELECT sessions.id AS session, people.id, people.roles,
         coalesce(${SETTINGS_AT} ->> 'boardVisibleTo', 'everyone') AS boardVisibleTo
       FROM json_each(?2) AS asked JOIN sessions ON sessions.id = asked.value JOIN people ON people.id = sessions.user_id
       WHERE sessions.expires_at > ?1 AND people.active`,
    )
    .bind(now, JSON.stringify(sessionIds))
    .all<{ session: string; id: string; roles: string } & Pick<Settings, 'boardVisibleTo'>>();
  const people = results.map(({ roles, ...row }) => ({ ...row, roles: JSON.parse(roles) as Role[] }));
  const toListen = people.filter((person) => mayListen(person, channel, person));
  const toWatch = toListen.filter((person) => mayWatchPresence(person, channel));
  const sessions = (those: typeof people) => new Set(those.map(({ session }) => session));
  return { toListen: sessions(toListen), toWatch: sessions(toWatch) };
}
