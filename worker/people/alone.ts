/** Whether there is another active person who may decide: a sole admin may decide their own, under an action of its own. */
import { type Capability, rolesWith } from '../contract/roles';
import { type Fact, map, row } from '../db/queries';
import { Refusal } from '../refusal';

/** SQL: somebody else may decide too. @param me @param roles the parameters that hold a person's id and the roles as JSON */
export const anotherThan = (me: string, roles: string) =>
  `EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role WHERE other.id <> ${me} AND other.active
     AND role.value IN (SELECT value FROM json_each(${roles})))`;

/** Whether nobody else who is active has the capability. */
export const aloneOf = (
  d1: D1Database,
  who: string,
  capability: Capability = 'corrections.decide',
): Fact<boolean> =>
  map(
    row<{ alone: number }>(
      d1
        .prepare(`SELECT NOT ${anotherThan('?1', '?2')} AS alone`)
        .bind(who, JSON.stringify(rolesWith(capability))),
    ),
    (found) => found?.alone === 1,
  );

/** Nobody changes what their own past days are computed with, unless nobody else may. @throws Refusal `own_day` */
export function refuseOwnPast(alone: boolean): void {
  if (alone) return;
  throw new Refusal('own_day', {
    detail: 'You can’t change the terms of your own past days. Choose today or later, or ask another admin.',
  });
}
