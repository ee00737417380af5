/** A sole admin may decide their own requests, with a separate journal action; else another active person must. */
import { type Capability, rolesWith } from '../contract/roles';
import { type Fact, map, row } from '../db/queries';
import { Refusal } from '../refusal';

/** SQL: another active person has one of the roles. @param me placeholder of an id @param roles placeholder of roles as JSON */
export const anotherThan = (me: string, roles: string) =>
  `EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role WHERE other.id <> ${me} AND other.active
     AND role.value IN (SELECT value FROM json_each(${roles})))`;

/** Whether no other active person has the capability. */
export const aloneOf = (
  d1: D1Database,
  who: string,
  capability: Capability = 'corrections.decide',
): Fact<boolean> =>
  map(
    row<{ alone: number }>(d1, `SELECT NOT ${anotherThan('?1', '?2')} AS alone`, [
      who,
      JSON.stringify(rolesWith(capability)),
    ]),
    (found) => found?.alone === 1,
  );

/** A person may change the terms of their own past days only if no one else can. @throws Refusal `own_day` */
export function refuseOwnPast(alone: boolean): void {
  if (alone) return;
  throw new Refusal('own_day', {
    detail: 'You can’t change the terms of your own past days. Choose today or later, or ask another admin.',
  });
}
