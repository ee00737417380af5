/** Finds the person of a session, by the cookie's token for a request, and by ids when a channel's leases are due. */
import { lt } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/d1';
import { parseSettings } from '../../contract/settings/settings';
import { type Fact, map, row } from '../../db/queries';
import type { Listener } from '../../live/access';
import type { Scope } from '../../scope';
import type { Asker } from '../../session';
import { SETTINGS_AT } from '../../settings/settings';
import { sessions, setupLinks, tries } from './tables';
import { rolesOf } from '../../contract/roles';

type AskerRow = Omit<Asker, 'roles' | 'zone' | 'organisation' | 'settings'> & {
  roles: string;
  settings: string | null;
};

/** The person of an active session with the present settings. */
export const askerOf = (d1: D1Database, token: string, workplaceZone: string): Fact<Asker | undefined> =>
  map(
    row<AskerRow>(
      d1,
      `SELECT sessions.id AS session, people.id, name, email, roles, zone AS ownZone, department, position, category,
         image AS photo, ${SETTINGS_AT} AS settings
       FROM sessions JOIN people ON people.id = sessions.user_id
       WHERE sessions.token = ?2 AND sessions.expires_at > ?1 AND people.active`,
      [Date.now(), token],
    ),
    (found) => {
      if (!found) return undefined;
      const settings = parseSettings(found.settings, workplaceZone);
      const { organisation, zone } = settings;
      return { ...found, roles: rolesOf(found.roles), settings, organisation, zone: found.ownZone ?? zone };
    },
  );

/** The active ones of these sessions, with their people and who may see the board. */
export async function activeSessions(
  d1: D1Database,
  ids: readonly string[],
  now: number,
): Promise<Listener[]> {
  const { results } = await d1
    .prepare(
      `SELECT sessions.id AS session, people.id, people.roles,
         coalesce(${SETTINGS_AT} ->> 'boardVisibleTo', 'everyone') AS boardVisibleTo
       FROM json_each(?2) AS named JOIN sessions ON sessions.id = named.value JOIN people ON people.id = sessions.user_id
       WHERE sessions.expires_at > ?1 AND people.active`,
    )
    .bind(now, JSON.stringify(ids))
    .all<Omit<Listener, 'roles'> & { roles: string }>();
  return results.map((row) => ({ ...row, roles: rolesOf(row.roles) }));
}

/** Deletes expired sessions and tries, and setup links a week after they expire. */
export async function forgetSessions({ d1, now }: Pick<Scope, 'd1' | 'now'>): Promise<void> {
  const db = drizzle(d1);
  await db.batch([
    db.delete(tries).where(lt(tries.resetsAt, now())),
    db.delete(sessions).where(lt(sessions.expiresAt, now())),
    db.delete(setupLinks).where(lt(setupLinks.expiresAt, now() - 7 * 86_400_000)),
  ]);
}
