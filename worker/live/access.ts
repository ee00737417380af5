/** Who may go on listening. The socket route asks once at the door; a channel asks again when leases are due. */
import { mayListen, mayWatchPresence, parseChannel } from '../contract/channels';
import type { Role } from '../contract/roles';
import type { Settings } from '../contract/settings/settings';
import { SETTINGS_AT } from '../db/client';

/** SQL: whether the person in `people.id` is a host of the live session ?3. */
const HOSTS = 'EXISTS (SELECT 1 FROM session_hosts WHERE session_id = ?3 AND person_id = people.id)';

/** Whether the person is a host of the live session whose channel that is; of another channel nobody is. */
export async function isHost(db: D1Database, personId: string, channel: string): Promise<boolean> {
  const { kind, owner } = parseChannel(channel) ?? {};
  if (kind !== 'session' || owner === undefined) return false;
  const row = await db
    .prepare('SELECT 1 FROM session_hosts WHERE session_id = ?1 AND person_id = ?2')
    .bind(owner, personId)
    .first();
  return row !== null;
}

/** By what a customers' screen's sockets are known; no session's id reads like this. */
export const displaySession = (id: string): string => `${DISPLAY}${id}`;
const DISPLAY = 'display/';

/**
 * Of these sessions, those that still stand and whose person may (still) listen to the channel, or watch who is on it;
 * customers' screens that still stand listen to theirs.
 */
export async function stillAllowed(
  db: D1Database,
  channel: string,
  sessionIds: readonly string[],
  now: number,
): Promise<{ toListen: Set<string>; toWatch: Set<string> }> {
  const { results } = await db
    .prepare(
      `SELECT sessions.id AS session, people.id, people.roles, ${HOSTS} AS hosts,
         coalesce(${SETTINGS_AT} ->> 'boardVisibleTo', 'everyone') AS boardVisibleTo
       FROM json_each(?2) AS asked JOIN sessions ON sessions.id = asked.value JOIN people ON people.id = sessions.user_id
       WHERE sessions.expires_at > ?1 AND people.active`,
    )
    .bind(now, JSON.stringify(sessionIds), parseChannel(channel)?.owner ?? '')
    .all<{ session: string; id: string; roles: string; hosts: number } & Pick<Settings, 'boardVisibleTo'>>();
  const people = results.map(({ roles, ...row }) => ({ ...row, roles: JSON.parse(roles) as Role[] }));
  const toListen = people.filter((person) => mayListen(person, channel, person, person.hosts === 1));
  const toWatch = toListen.filter((person) => mayWatchPresence(person, channel));
  const sessions = (those: typeof people) => new Set(those.map(({ session }) => session));
  const screens = channel === 'display' ? await standingDisplays(db, sessionIds) : [];
  return { toListen: new Set([...sessions(toListen), ...screens]), toWatch: sessions(toWatch) };
}

async function standingDisplays(db: D1Database, sessionIds: readonly string[]): Promise<string[]> {
  const ids = sessionIds.filter((id) => id.startsWith(DISPLAY)).map((id) => id.slice(DISPLAY.length));
  const { results } = await db
    .prepare('SELECT id FROM displays WHERE id IN (SELECT value FROM json_each(?1)) AND revoked_at IS NULL')
    .bind(JSON.stringify(ids))
    .all<{ id: string }>();
  return results.map(({ id }) => displaySession(id));
}
