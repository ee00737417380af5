import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Http } from './env';
import { cookieName } from './session';

/** The client's network address, and the origin and cookie name of its request. Only Cloudflare's edge writes `CF-Connecting-IP`; without it all share `local`. */
export const clientOf = (c: Context<Http>) => ({
  origin: new URL(c.req.url).origin,
  cookie: cookieName(c.req.url),
  address: networkOf(c.req.header('CF-Connecting-IP') ?? 'local'),
  headers: c.req.raw.headers,
});

/** A client with one IPv6 address usually has its whole /64 network. */
const networkOf = (address: string) =>
  address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;

/** The browser's random id, kept in a cookie for a year. */
export function deviceOf(c: Context<Http>): string {
  const secure = new URL(c.req.url).protocol === 'https:';
  const name = secure ? '__Host-muster-device' : 'muster-device';
  const device = /^[\w-]{36}$/.exec(getCookie(c, name) ?? '')?.[0] ?? crypto.randomUUID();
  setCookie(c, name, device, { path: '/', secure, httpOnly: true, sameSite: 'Lax', maxAge: 31_536_000 });
  return device;
}
