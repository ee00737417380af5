/** A person's password as better-auth stores it: an account of its `credential` provider. */
import { type Query, query } from '../../db/queries';
import type { Scope } from '../../scope';

/** Sets a person's password. */
export const credential = (
  { newId }: Pick<Scope, 'newId'>,
  userId: string,
  hash: string,
  at: number,
): Query =>
  query(
    `INSERT INTO accounts (id, user_id, account_id, issuer, provider_id, password, created_at, updated_at)
     VALUES (?1, ?2, ?2, 'local:credential', 'credential', ?3, ?4, ?4)
     ON CONFLICT (user_id, provider_id) DO UPDATE SET password = excluded.password, updated_at = excluded.updated_at`,
    [newId(), userId, hash, at],
  );
