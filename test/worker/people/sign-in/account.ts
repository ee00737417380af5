/** People with a password, and their sign-ins. */
import { hashPassword } from 'better-auth/crypto';
import { uuidv7 } from 'uuidv7';
import type { Bindings } from '../../../../worker/bindings';
import { ask, insert, type Someone, someone } from '../../workplace';

export const PASSWORD = 'correct horse battery';
let hashed: Promise<string> | undefined;

export async function withPassword(): Promise<Someone> {
  const person = await someone();
  const now = Date.now();
  await insert('accounts', {
    id: uuidv7(),
    user_id: person.id,
    issuer: 'local:credential',
    account_id: person.id,
    provider_id: 'credential',
    password: await (hashed ??= hashPassword(PASSWORD)),
    created_at: now,
    updated_at: now,
  });
  return person;
}

/** From an address that no one else has, unless one is given. */
export const signIn = (email: string, password: string, address = crypto.randomUUID(), env?: Bindings) =>
  ask('/session', {
    json: { email, password },
    headers: { 'CF-Connecting-IP': address },
    ...(env && { env }),
  });
