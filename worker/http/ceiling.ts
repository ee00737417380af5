/** Limits one caller's requests before D1 is asked. A queue that one caller fills would be refused to all (decision 105). */
import type { Context, MiddlewareHandler } from 'hono';
import { sha256 } from '../contract/secrets';
import { Refusal } from '../refusal';
import { addressOf } from './client';
import type { Http } from './env';
import { displayToken } from './cookies';

/** Until the count of a limiter begins anew, in seconds (wrangler.toml). */
export const PERIOD_SECONDS = 60;

/** @throws Refusal `too_many_tries` */
export const ceiling: MiddlewareHandler<Http> = async (c, next) => {
  const key = await callerOf(c);
  if (key !== undefined) await mustBeWithin(c, key);
  return next();
};

/** For a stranger's request that is counted nowhere else. @throws Refusal `too_many_tries` */
export const countAddress = (c: Context<Http>): Promise<void> => mustBeWithin(c, addressKey(c));

async function mustBeWithin(c: Context<Http>, key: string): Promise<void> {
  const { success } = await c.env.REQUESTS.limit({ key });
  if (!success) throw new Refusal('too_many_tries', { retryAfter: PERIOD_SECONDS });
}

const addressKey = (c: Context<Http>): string => `address ${addressOf(c)}`;

/**
 * The person, once this isolate knows them; before that their session. Anyone can make up the cookie of a customers' screen, so
 * those count by address. Other strangers ask D1 for nothing that is not counted by itself.
 */
async function callerOf(c: Context<Http>): Promise<string | undefined> {
  const { asker, token } = c.var.scope;
  if (asker) return asker.id;
  if (token !== undefined) return sha256(token);
  return displayToken(c) === undefined ? undefined : addressKey(c);
}
