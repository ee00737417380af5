import { and, eq, isNull, sql } from 'drizzle-orm';
import { userChannel } from '../contract/channels';
import * as v from 'valibot';
import { type Me, Person, type PersonChange } from '../contract/people';
import { type Role, worksHere } from '../contract/roles';
import { accounts, invitations, people, sessions } from '../db/schema';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { rosterUpdated } from '../settings/from';

type Row = typeof people.$inferSelect;

/** Roles as they are kept: one JSON column. */
export const rolesOf = (kept: string): Role[] => JSON.parse(kept) as Role[];

/** The one place where a row becomes the contract's person. */
export function personOf({ roles, image, ...row }: Row): Person {
  const { id, name, email, active, department, position, zone, category } = row;
  const held = rolesOf(roles);
  const about = { id, name, email, roles: held, active, department, position, zone, category, photo: image };
  return { ...about, updatedAt: row.updatedAt.getTime() };
}

/** What a change is answered with. */
export const changeOf = ({ after, receipt }: Answer): PersonChange => ({
  record: v.parse(Person, after),
  receipt,
});

/** The person of that id. @throws Refusal `not_found` */
export async function personWith(scope: Scope, id: string): Promise<Person> {
  const row = await scope.db.query.people.findFirst({ where: eq(people.id, id) });
  if (!row) throw new Refusal('not_found');
  return personOf(row);
}

/** The person with that email, as they know themselves. */
export async function meOf(scope: Scope, email: string): Promise<Me> {
  const row = await scope.db.query.people.findFirst({ where: eq(people.email, email) });
  if (!row) throw new Refusal('not_found');
  const { id, name, roles, zone } = personOf(row);
  const settings = await scope.settings();
  return { id, name, email, roles, zone: zone ?? settings.zone, organisation: settings.organisation };
}

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
  const answer = await scope.commit({
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
    also: begins
      ? [
          scope.db.delete(accounts).where(eq(accounts.userId, id)),
          scope.db.delete(sessions).where(eq(sessions.userId, id)),
          scope.db
            .update(invitations)
            .set({ usedAt: at })
            .where(and(eq(invitations.personId, id), isNull(invitations.usedAt))),
        ]
      : [],
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

/** SQL: some other active person is an admin, so nobody locks the workplace out of itself, whatever races. */
export const anotherAdmin = (id: string) =>
  sql`EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role WHERE other.id <> ${id} AND other.active AND role.value = 'admin')`;

export async function hasOtherAdmin(scope: Scope, id: string): Promise<boolean> {
  return (await scope.db.get<{ yes: number }>(sql`SELECT ${anotherAdmin(id)} AS yes`)).yes === 1;
}
