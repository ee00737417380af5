import type { Context } from 'hono';
import type { Http } from './env';

/** The client's network address. Only Cloudflare's edge writes `CF-Connecting-IP`; without it all share `local`. */
export const addressOf = (c: Context<Http>): string => networkOf(c.req.header('CF-Connecting-IP') ?? 'local');

/** A client with one IPv6 address usually has its whole /64 network. */
const networkOf = (address: string) =>
  address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
