/** What somebody may do here. A first role of staff begins their employment too. */
import { and, eq, isNull } from 'drizzle-orm';
import { userChannel } from '../contract/channels';
import type { Person } from '../contract/people/people';
import { type Role, worksHere } from '../contract/roles';
import { accounts, invitations, people, sessions } from '../db/schema';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { rosterUpdated } from '../settings/plan';
import { anotherAdmin, hasOtherAdmin, personOf } from './people';
import { employmentOf } from './staff';

/**
 * Gives a person these roles. Their sockets end, so that every page of theirs asks anew what it may see. A member who begins
 * to work here cannot sign in before they are invited.
 * @throws Refusal `not_found`, `last_admin`, `changed_meanwhile`
 */
export async function setRoles(scope: Scope, id: string, roles: Role[]): Promise<Answer> {
  const row = await scope.db.query.people.findFirst({ where: eq(people.id, id) });
  if (!row) throw new Refusal('not_found');
  const before = personOf(row);
  const at = scope.now();
  const after: Person = { ...before, roles, updatedAt: at };
  const begins = !worksHere(before) && worksHere(after);
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: scope.db
          .update(people)
          .set({ roles: JSON.stringify(roles), updatedAt: new Date(at) })
          .where(
            and(
              eq(people.id, id),
              eq(people.roles, row.roles),
              roles.includes('admin') ? undefined : anotherAdmin(id),
            ),
          ),
        action: 'person.updated',
        subject: `person/${id}`,
        before,
        after,
      },
    ],
    // A till made a member's link, and whoever held it chose their password, for an email that nobody has proved: whoever
    // begins to work here chooses one anew, by an admin's link.
    also: [
      ...(await employmentOf(scope, before, after)),
      ...(begins
        ? [
            scope.db.delete(accounts).where(eq(accounts.userId, id)),
            scope.db.delete(sessions).where(eq(sessions.userId, id)),
            scope.db
              .update(invitations)
              .set({ usedAt: at })
              .where(and(eq(invitations.personId, id), isNull(invitations.usedAt))),
          ]
        : []),
    ],
    publish: [
      { channel: 'admin.employees', type: 'person.updated', data: after },
      { channel: userChannel(id), type: 'person.updated', data: { id, roles } },
      // The board lists who works here.
      ...(worksHere(before) === worksHere(after) ? [] : [rosterUpdated]),
    ],
  });
  if (!answer) throw new Refusal((await hasOtherAdmin(scope, id)) ? 'changed_meanwhile' : 'last_admin');
  await scope.revoke(id, { person: id });
  return answer;
}
