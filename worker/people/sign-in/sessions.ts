/** Who is behind a session: for each request by its cookie's token, and for a channel when leases are due. */
import { parseSettings } from '../../contract/settings/settings';
import type { Listener } from '../../live/access';
import type { Asker, Scope } from '../../scope';
import { SETTINGS_AT } from '../../settings/settings';
import { rolesOf } from '../../contract/roles';

type AskerRow = Omit<Asker, 'roles' | 'zone' | 'organisation' | 'settings'> & {
  roles: string;
  settings: string | null;
};

/** The person of a session that has not ended, with the settings of this moment: one read. */
export async function askerOf(
  d1: D1Database,
  token: string,
  workplaceZone: string,
): Promise<Asker | undefined> {
  const row = await d1
    .prepare(
      `SELECT sessions.id AS session, people.id, name, email, roles, zone AS ownZone, department, position, category,
         image AS photo, ${SETTINGS_AT} AS settings
       FROM sessions JOIN people ON people.id = sessions.user_id
       WHERE sessions.token = ?2 AND sessions.expires_at > ?1 AND people.active`,
    )
    .bind(Date.now(), token)
    .first<AskerRow>();
  if (!row) return undefined;
  const settings = parseSettings(row.settings, workplaceZone);
  const { organisation, zone } = settings;
  return { ...row, roles: rolesOf(row.roles), settings, organisation, zone: row.ownZone ?? zone };
}

/** Of these sessions, those that have not ended, with their people and what the settings let them see. */
export async function standingSessions(
  d1: D1Database,
  ids: readonly string[],
  now: number,
): Promise<Listener[]> {
  const { results } = await d1
    .prepare(
      `SELECT sessions.id AS session, people.id, people.roles,
         coalesce(${SETTINGS_AT} ->> 'boardVisibleTo', 'everyone') AS boardVisibleTo
       FROM json_each(?2) AS asked JOIN sessions ON sessions.id = asked.value JOIN people ON people.id = sessions.user_id
       WHERE sessions.expires_at > ?1 AND people.active`,
    )
    .bind(now, JSON.stringify(ids))
    .all<Omit<Listener, 'roles'> & { roles: string }>();
  return results.map((row) => ({ ...row, roles: rolesOf(row.roles) }));
}

/** Forgets sessions and tries that are over, and setup links a week after they ended. */
export async function forgetSessions({ d1, now }: Pick<Scope, 'd1' | 'now'>): Promise<void> {
  await d1.batch([
    d1.prepare('DELETE FROM tries WHERE resets_at < ?1').bind(now()),
    d1.prepare('DELETE FROM sessions WHERE expires_at < ?1').bind(now()),
    d1.prepare('DELETE FROM setup_links WHERE expires_at < ?1').bind(now() - 7 * 86_400_000),
  ]);
}
