import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Http } from './env';
import { cookieName } from './session';

/** Where a sign-in comes from. `CF-Connecting-IP` is written by Cloudflare's edge; a machine of one's own has one address for everybody. */
export const doorOf = (c: Context<Http>) => ({
  origin: new URL(c.req.url).origin,
  cookie: cookieName(c.req.url),
  address: networkOf(c.req.header('CF-Connecting-IP') ?? 'local'),
  headers: c.req.raw.headers,
});

/** Whoever has one IPv6 address has a whole /64 of them. */
const networkOf = (address: string) =>
  address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;

/** One browser told from another, for a year: a random name that says nothing else. */
export function deviceOf(c: Context<Http>): string {
  const secure = new URL(c.req.url).protocol === 'https:';
  const name = secure ? '__Host-muster-device' : 'muster-device';
  const device = /^[\w-]{36}$/.exec(getCookie(c, name) ?? '')?.[0] ?? crypto.randomUUID();
  setCookie(c, name, device, { path: '/', secure, httpOnly: true, sameSite: 'Lax', maxAge: 31_536_000 });
  return device;
}
