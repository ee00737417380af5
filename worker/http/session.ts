/** From the cookie to the scope: who asks, in one read. better-auth makes and ends the sessions (people/auth.ts). */
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, getSignedCookie, setCookie } from 'hono/cookie';
import type { Role } from '../contract/roles';
import { sha256 } from '../contract/secrets';
import { parseSettings } from '../contract/settings/settings';
import { SETTINGS_AT } from '../db/client';
import { Refusal } from '../refusal';
import { type Asker, type OpenedDisplay, Scope } from '../scope';
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

/** As long as browsers keep one: a screen hangs on its wall until somebody revokes it. */
const DISPLAY_SECONDS = 400 * 86_400;
const displayCookie = (url: string) => `${cookieName(url)}-display`;

/** Keeps a screen's token where no script reads it. */
export function keepDisplay(c: Context<Http>, token: string): void {
  const secure = new URL(c.req.url).protocol === 'https:';
  const kept = { path: '/', secure, httpOnly: true, sameSite: 'Lax', maxAge: DISPLAY_SECONDS } as const;
  setCookie(c, displayCookie(c.req.url), token, kept);
}

/**
 * Whose screen asks, in one read: asked only by the routes that are a screen's too, so its cookie opens nothing else.
 * @throws Refusal `display_revoked` where its link is and nobody is signed in beside it
 */
export async function identifyDisplay(c: Context<Http>): Promise<void> {
  const { scope } = c.var;
  const token = getCookie(c, displayCookie(c.req.url));
  const display = token ? await displayOf(scope.d1, await sha256(token)) : undefined;
  if (display) c.set('scope', scope.on(display));
  else if (token && !scope.asker) throw new Refusal('display_revoked');
}

async function displayOf(db: D1Database, hash: string): Promise<OpenedDisplay | undefined> {
  const row = await db
    .prepare(
      `SELECT displays.id, places.id AS placeId, places.name AS placeName
       FROM displays LEFT JOIN places ON places.id = place_id WHERE hash = ?1 AND revoked_at IS NULL`,
    )
    .bind(hash)
    .first<{ id: string; placeId: string | null; placeName: string }>();
  if (!row) return undefined;
  return { id: row.id, place: row.placeId === null ? null : { id: row.placeId, name: row.placeName } };
}

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
