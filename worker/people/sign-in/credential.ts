import { drizzle } from 'drizzle-orm/d1';
import { type Query, query } from '../../db/queries';
import type { Scope } from '../../scope';
import { accounts } from './tables';

/** Sets a person's password. @param hash as `hashPassword` makes it @param at UTC epoch milliseconds */
export function credential(
  { d1, newId }: Pick<Scope, 'd1' | 'newId'>,
  userId: string,
  hash: string,
  at: number,
): Query {
  const { sql, params } = drizzle(d1)
    .insert(accounts)
    .values({
      id: newId(),
      userId,
      accountId: userId,
      issuer: 'local:credential',
      providerId: 'credential',
      password: hash,
      createdAt: at,
      updatedAt: at,
    })
    .onConflictDoUpdate({
      target: [accounts.userId, accounts.providerId],
      set: { password: hash, updatedAt: at },
    })
    .toSQL();
  return query(sql, params);
}
