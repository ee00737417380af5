import type { Context } from 'hono';
import { getCookie, getSignedCookie, setCookie, setSignedCookie } from 'hono/cookie';
import { sha256 } from '../contract/secrets';
import type { Http } from './env';
import { cookieName, ourCookie } from './middleware';

/** The client's network address. Only Cloudflare's edge writes `CF-Connecting-IP`; without it all share `local`. */
export const addressOf = (c: Context<Http>): string => networkOf(c.req.header('CF-Connecting-IP') ?? 'local');

/** A client with one IPv6 address usually has its whole /64 network. */
const networkOf = (address: string) =>
  address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;

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
