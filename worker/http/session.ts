/** From the cookie to the scope: who asks, in one read. better-auth makes and ends the sessions (people/auth.ts). */
import type { MiddlewareHandler } from 'hono';
import { getSignedCookie } from 'hono/cookie';
import type { Role } from '../contract/roles';
import { parseSettings } from '../contract/settings';
import { SETTINGS_AT } from '../db/client';
import { type Asker, Scope } from '../scope';
import type { Http } from './env';

/** `__Host-` binds the cookie to this host over https; plain http, which only localhost may use, cannot carry that name. */
export function cookieName(url: string): string {
  return new URL(url).protocol === 'https:' ? '__Host-muster' : 'muster';
}

export const identify: MiddlewareHandler<Http> = async (c, next) => {
  const token = await getSignedCookie(c, c.env.AUTH_SECRET, cookieName(c.req.url));
  const asker = token ? await askerOf(c.env.DB, token, c.env.WORKPLACE_ZONE) : undefined;
  c.set('scope', new Scope(c.env, c.executionCtx, asker));
  return next();
};

async function askerOf(db: D1Database, token: string, workplaceZone: string): Promise<Asker | undefined> {
  const row = await db
    .prepare(
      `SELECT sessions.id AS session, people.id, name, email, roles, zone AS ownZone, department, position, category,
         image AS photo, ${SETTINGS_AT} AS settings
       FROM sessions JOIN people ON people.id = sessions.user_id
       WHERE sessions.token = ?2 AND sessions.expires_at > ?1 AND people.active`,
    )
    .bind(Date.now(), token)
    .first<
      Omit<Asker, 'roles' | 'zone' | 'organisation' | 'settings'> & { roles: string; settings: string | null }
    >();
  if (!row) return undefined;
  const settings = parseSettings(row.settings, workplaceZone);
  const { organisation, zone } = settings;
  return {
    ...row,
    roles: JSON.parse(row.roles) as Role[],
    settings,
    organisation,
    zone: row.ownZone ?? zone,
  };
}
