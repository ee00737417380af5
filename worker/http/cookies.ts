/** Our cookies: whose session it is, which device, which customers' screen. */
import type { Context } from 'hono';
import { deleteCookie, getCookie, getSignedCookie, setCookie, setSignedCookie } from 'hono/cookie';
import { sha256 } from '../contract/secrets';
import type { Http } from './env';

/** `__Host-` binds the cookie to this host over https; plain http, which only localhost may use, cannot carry that name. */
function cookieName(url: string): string {
  return new URL(url).protocol === 'https:' ? '__Host-muster' : 'muster';
}

/** What all our cookies have: no script reads them, no other site's page sends them with a write. */
const ourCookie = (c: Context) => ({
  path: '/',
  secure: new URL(c.req.url).protocol === 'https:',
  httpOnly: true,
  sameSite: 'Lax' as const,
});

/** The token of this browser's session; false for a forged cookie. */
export const sessionToken = (c: Context<Http>): Promise<string | false | undefined> =>
  getSignedCookie(c, c.env.AUTH_SECRET, cookieName(c.req.url));

/** Signs this browser out. */
export const dropSession = (c: Context<Http>): void =>
  void deleteCookie(c, cookieName(c.req.url), ourCookie(c));

const YEAR_SECONDS = 31_536_000;
const MOST_KNOWN = 5;
const prefixed = (c: Context<Http>, name: string): string => `${cookieName(c.req.url)}-${name}`;

/** The browser's random id, kept in a cookie for a year. */
export function deviceOf(c: Context<Http>): string {
  const name = prefixed(c, 'device');
  const device = /^[\w-]{36}$/.exec(getCookie(c, name) ?? '')?.[0] ?? crypto.randomUUID();
  setCookie(c, name, device, { ...ourCookie(c), maxAge: YEAR_SECONDS });
  return device;
}

/** A signed cookie names the browser and the accounts that have signed in on it. No one else can make one. */
async function knownBy(c: Context<Http>): Promise<{ device: string; accounts: string[] }> {
  const value = (await getSignedCookie(c, c.env.AUTH_SECRET, prefixed(c, 'known'))) || crypto.randomUUID();
  const [device = '', ...accounts] = value.split('.');
  return { device, accounts };
}

/** The browser's id if the account has signed in on it before. */
export async function knownDevice(c: Context<Http>, account: string): Promise<string | undefined> {
  const { device, accounts } = await knownBy(c);
  return accounts.includes(await sha256(account)) ? device : undefined;
}

/**
 * Signs this browser in: stores the session's token in the signed cookie that `identify` reads, and remembers the account.
 * @param maxAge seconds
 */
export async function keepSession(
  c: Context<Http>,
  token: string,
  account: string,
  maxAge: number,
): Promise<void> {
  const [{ device, accounts }, own] = [await knownBy(c), await sha256(account)];
  const known = [device, ...[own, ...accounts.filter((it) => it !== own)].slice(0, MOST_KNOWN)].join('.');
  const sign = (name: string, value: string, seconds: number) =>
    setSignedCookie(c, name, value, c.env.AUTH_SECRET, { ...ourCookie(c), maxAge: seconds });
  await sign(cookieName(c.req.url), token, maxAge);
  await sign(prefixed(c, 'known'), known, YEAR_SECONDS);
}

/** The longest that browsers keep a cookie: a screen works until its link is revoked. */
const DISPLAY_SECONDS = 400 * 86_400;
const displayCookie = (url: string) => `${cookieName(url)}-display`;

export const displayToken = (c: Context): string | undefined => getCookie(c, displayCookie(c.req.url));

/** Stores a screen's token in a cookie. */
export const keepDisplay = (c: Context<Http>, token: string): void =>
  setCookie(c, displayCookie(c.req.url), token, { ...ourCookie(c), maxAge: DISPLAY_SECONDS });
