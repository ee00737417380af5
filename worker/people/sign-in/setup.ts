import { hashPassword } from 'better-auth/crypto';
import type { Me, Person, Setup } from '../../contract/people/people';
import { ask, query, row, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { credential } from './credential';
import { personSubject } from '../people';
import { beginning, hiring } from '../staff';
import { firstTerm } from '../terms';
import { dateIn } from '../../contract/zones';
import { settingsFact } from '../../settings/settings';
import { newSession } from './sign-in';
import { guarded, ofAddress, settle } from './throttle';

/** SQL: the unspent link of hash ?1 at the instant ?2. */
const OPEN = 'hash = ?1 AND expires_at > ?2 AND used_at IS NULL';

/**
 * Creates the first admin through the one-time link. One batch spends the link and creates the admin, only while no person
 * exists. The admin is signed in.
 * @param linkHash SHA-256 of the link's token; the token itself is not stored
 * @throws Refusal `setup_link_spent`, `already_set_up`, `too_many_tries`
 */
export async function setUp(
  scope: Scope,
  { name, email, password }: Setup,
  linkHash: string,
  address: string,
): Promise<{ me: Me; token: string }> {
  const { d1 } = scope;
  const at = scope.now();
  const limits = [ofAddress(address)];
  const isOpen = row(d1, `SELECT 1 FROM setup_links WHERE ${OPEN}`, [linkHash, at]);
  const facts = together({ isOpen, settings: settingsFact(scope) });
  const { isOpen: found, settings } = await ask(d1, guarded(d1, limits, at, facts));
  if (!found) {
    await settle(scope, limits);
    throw new Refusal('setup_link_spent');
  }
  const id = scope.newId();
  const admin: Person = {
    id,
    name,
    email,
    roles: ['admin'],
    active: true,
    department: null,
    position: null,
    zone: null,
    category: null,
    photo: null,
    staffNumber: null,
  };
  const passwordHash = await hashPassword(password);
  const session = newSession(scope, id, passwordHash);
  const answer = await scope.attempt({
    at,
    by: id,
    changes: [
      {
        write: query(
          `UPDATE setup_links SET used_at = ?2 WHERE ${OPEN} AND NOT EXISTS (SELECT 1 FROM people)`,
          [linkHash, at],
        ),
        action: 'setup_link.used',
        subject: `setup_link/${linkHash}`,
        before: null,
        after: null,
      },
      hiring(admin, at),
      {
        write: credential(scope, id, passwordHash, at),
        action: 'account.created',
        subject: personSubject(id),
        before: null,
        after: admin,
      },
    ],
    also: [beginning(id, firstTerm(admin, null, dateIn(settings.zone, at))), ...session.writes],
    publish: [{ channel: 'admin.employees', type: 'person.created', data: admin }],
  });
  if (!answer) throw new Refusal((await ask(d1, isOpen)) ? 'already_set_up' : 'setup_link_spent');
  const { zone, organisation } = settings;
  return { me: { id, name, email, roles: admin.roles, zone, organisation }, token: session.token };
}
