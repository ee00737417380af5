/** A person's password as better-auth stores it: an account of its `credential` provider. */
import { sql } from 'drizzle-orm';
import { accounts } from '../../db/schema';
import type { Scope } from '../../scope';

/** Sets a person's password. */
export function credential(
  { db, newId }: Pick<Scope, 'db' | 'newId'>,
  userId: string,
  hash: string,
  at: number,
) {
  const now = new Date(at);
  return db
    .insert(accounts)
    .values({
      id: newId(),
      userId,
      accountId: userId,
      issuer: 'local:credential',
      providerId: 'credential',
      password: hash,
      createdAt: now,
      updatedAt: now,
    })
    .onConflictDoUpdate({
      target: [accounts.userId, accounts.providerId],
      set: { password: sql`excluded.password`, updatedAt: now },
    });
}
