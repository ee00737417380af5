import { eq, sql } from 'drizzle-orm';
import * as v from 'valibot';
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import { type Me, Person, type PersonChange } from '../contract/people/people';
import type { Role } from '../contract/roles';
import { people } from '../db/schema';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { settingsNow } from '../settings/settings';

/** SQL: the person of that row works here. Whoever is a member and nothing more does not. Roles are kept as `JSON.stringify` writes them. */
export const WORKS_HERE = `roles <> '["member"]'`;

type Row = typeof people.$inferSelect;

/** Roles as they are kept: one JSON column. */
export const rolesOf = (kept: string): Role[] => JSON.parse(kept) as Role[];

/** The one place where a row becomes the contract's person. */
export function personOf({ roles, image, ...row }: Row): Person {
  const { id, name, email, active, department, position, zone, category, staffNumber } = row;
  const held = rolesOf(roles);
  const about = {
    id,
    name,
    email,
    roles: held,
    active,
    department,
    position,
    zone,
    category,
    photo: image,
    staffNumber,
  };
  return { ...about, updatedAt: row.updatedAt.getTime() };
}

/** What a change is answered with. */
export const changeOf = ({ after, receipt }: Answer): PersonChange => ({
  record: v.parse(Person, after),
  receipt,
});

/** The events of a change: admins get all of it, the person only that their own pages must load again. */
export const personUpdated = (after: Person): Publication[] => [
  { channel: 'admin.employees', type: 'person.updated', data: after },
  { channel: userChannel(after.id), type: 'person.updated', data: { id: after.id, roles: after.roles } },
];

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
  const settings = await settingsNow(scope);
  return { id, name, email, roles, zone: zone ?? settings.zone, organisation: settings.organisation };
}

/** SQL: some other active person is an admin, so nobody locks the workplace out of itself, whatever races. */
export const anotherAdmin = (id: string) =>
  sql`EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role WHERE other.id <> ${id} AND other.active AND role.value = 'admin')`;

export async function hasOtherAdmin(scope: Scope, id: string): Promise<boolean> {
  return (await scope.db.get<{ yes: number }>(sql`SELECT ${anotherAdmin(id)} AS yes`)).yes === 1;
}
