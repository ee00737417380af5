/** From the cookie to the scope: who asks, in one read. better-auth makes and ends the sessions (people/auth.ts). */
import type { MiddlewareHandler } from 'hono';
import { getSignedCookie } from 'hono/cookie';
import type { Role } from '../contract/roles';
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
      `SELECT sessions.id AS session, people.id, name, email, roles, zone, department, position
       FROM sessions JOIN people ON people.id = sessions.user_id
       WHERE sessions.token = ?1 AND sessions.expires_at > ?2 AND people.active`,
    )
    .bind(token, Date.now())
    .first<Omit<Asker, 'roles' | 'zone'> & { roles: string; zone: string | null }>();
  return row
    ? { ...row, roles: JSON.parse(row.roles) as Role[], zone: row.zone ?? workplaceZone }
    : undefined;
}
