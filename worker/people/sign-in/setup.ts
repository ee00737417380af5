import { sql } from 'drizzle-orm';
import { and, eq, gt, isNull } from 'drizzle-orm';
import { hashPassword } from 'better-auth/crypto';
import type { Person, Setup } from '../../contract/people/people';
import { people, setupLinks } from '../../db/schema';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { credential } from './credential';
import { keysOf } from '../search';
import { beginning } from '../staff';
import { firstTerm } from '../terms';
import { dateIn } from '../../contract/zones';
import { countTry } from './throttle';
import { settingsNow } from '../../settings/settings';

/**
 * Creates the first admin through the one-time link. One batch spends the link and creates the admin, only while no person
 * exists.
 * @param linkHash SHA-256 of the link's token; the token itself is not stored
 * @throws Refusal `setup_link_spent`, `already_set_up`, `too_many_tries`
 */
export async function setUp(
  scope: Scope,
  { name, email, password }: Setup,
  linkHash: string,
  address: string,
): Promise<Person> {
  await countTry(scope, address);
  const at = scope.now();
  const [id, now] = [scope.newId(), new Date(at)];
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
  const link = and(eq(setupLinks.hash, linkHash), gt(setupLinks.expiresAt, at), isNull(setupLinks.usedAt));
  if (!(await scope.db.query.setupLinks.findFirst({ where: link }))) throw new Refusal('setup_link_spent');
  const passwordHash = await hashPassword(password);
  const answer = await scope.attempt({
    at,
    by: id,
    changes: [
      {
        write: scope.db
          .update(setupLinks)
          .set({ usedAt: at })
          .where(and(link, sql`NOT EXISTS (SELECT 1 FROM people)`)),
        action: 'setup_link.used',
        subject: `setup_link/${linkHash}`,
        before: null,
        after: null,
      },
      {
        write: scope.db.insert(people).values({
          id,
          name,
          email,
          emailVerified: false,
          roles: JSON.stringify(admin.roles),
          active: true,
          ...keysOf(admin),
          createdAt: now,
          updatedAt: now,
        }),
        action: 'person.created',
        subject: `person/${id}`,
        before: null,
        after: admin,
      },
      {
        write: credential(scope, id, passwordHash, at),
        action: 'account.created',
        subject: `person/${id}`,
        before: null,
        after: admin,
      },
    ],
    also: [beginning(id, firstTerm(admin, null, dateIn((await settingsNow(scope)).zone, at)))],
    publish: [{ channel: 'admin.employees', type: 'person.created', data: admin }],
  });
  if (answer) return admin;
  const spent = !(await scope.db.query.setupLinks.findFirst({ where: link }));
  throw new Refusal(spent ? 'setup_link_spent' : 'already_set_up');
}
