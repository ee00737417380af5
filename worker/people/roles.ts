/** What somebody may do here. A first role of staff begins their employment too. */
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
 * Gives a person these roles. Their sockets end, so that every page of theirs asks anew what it may see. A member who begins
 * to work here cannot sign in before they are invited.
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
      const staysAdmin = roles.includes('admin');
      if (!staysAdmin && !otherAdmin) throw new Refusal('last_admin');
      const at = laterThan(before, now);
      const after: Person = { ...before, roles, updatedAt: at };
      const begins = !worksHere(before) && worksHere(after);
      return {
        at,
        write: personWrite(before, after, staysAdmin ? undefined : anotherAdmin('?1')),
        before,
        after,
        // A till made a member's link, and whoever held it chose their password, for an email that nobody has proved: whoever
        // begins to work here chooses one anew, by an admin's link.
        also: [
          ...employmentOf(before, after, { ...known, today: todayOf(me, now) }),
          ...(begins ? accountGone(id, at) : []),
        ],
        publish: [
          ...personUpdated(after),
          // The board lists who works here.
          ...(worksHere(before) === worksHere(after) ? [] : [rosterUpdated]),
        ],
      };
    },
  });
  await scope.revoke(id, { person: id });
  return answer;
}

const accountGone = (id: string, at: number) => [
  query('DELETE FROM accounts WHERE user_id = ?1', id),
  query('DELETE FROM sessions WHERE user_id = ?1', id),
  query('UPDATE invitations SET used_at = ?2 WHERE person_id = ?1 AND used_at IS NULL', id, at),
];
