/** Sets roles. A first staff role begins an employment too. */
import type { Person } from '../contract/people/people';
import { type Role, worksHere } from '../contract/roles';
import { query, together } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { rosterUpdated, todayOf } from '../settings/plan';
import {
  anotherAdmin,
  hasOtherAdmin,
  laterThan,
  personSubject,
  personUpdated,
  personWith,
  personWrite,
} from './people';
import { employmentOf } from './staff';
import { allDepartments, termsOf } from './terms';

/**
 * Sets a person's roles and closes their sockets, so that their pages load again with the new rights. A member who begins to
 * work here can sign in only after an invitation.
 * @throws Refusal `not_found`, `last_admin`, `changed_meanwhile`
 */
export async function setRoles(scope: Scope, id: string, roles: Role[]): Promise<Answer> {
  const answer = await scope.commit({
    subject: personSubject(id),
    action: 'person.updated',
    facts: (d1) =>
      together({
        before: personWith(d1, id),
        otherAdmin: hasOtherAdmin(d1, id),
        terms: termsOf(d1, id),
        departments: allDepartments(d1),
      }),
    decide({ before, otherAdmin, ...known }, me, now) {
      const isAdmin = roles.includes('admin');
      if (!isAdmin && !otherAdmin) throw new Refusal('last_admin');
      const at = laterThan(before, now);
      const after: Person = { ...before, roles, updatedAt: at };
      const begins = !worksHere(before) && worksHere(after);
      return {
        at,
        write: personWrite(before, after, isAdmin ? undefined : anotherAdmin('?1')),
        before,
        after,
        // A till created the member's link for an unproved email, so another person may have chosen the password. A person who
        // begins to work here chooses a new one by an admin's link.
        also: [
          ...employmentOf(before, after, { ...known, today: todayOf(me, now) }),
          ...(begins ? endAccount(id, at) : []),
        ],
        publish: [
          ...personUpdated(after),
          // The board lists people who work here.
          ...(worksHere(before) === worksHere(after) ? [] : [rosterUpdated]),
        ],
      };
    },
  });
  await scope.revoke(id, { person: id });
  return answer;
}

const endAccount = (id: string, at: number) => [
  query('DELETE FROM accounts WHERE user_id = ?1', [id]),
  query('DELETE FROM sessions WHERE user_id = ?1', [id]),
  query('UPDATE invitations SET used_at = ?2 WHERE person_id = ?1 AND used_at IS NULL', [id, at]),
];
