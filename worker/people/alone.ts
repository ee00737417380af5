/** Whether there is another active person who may decide: a sole admin may decide their own, under an action of its own. */
import { type Capability, rolesWith } from '../contract/roles';
import { rowsOf } from '../db/client';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';

/** SQL: somebody else may decide too. @param me @param roles the parameters that hold a person's id and the roles as JSON */
export const anotherThan = (me: string, roles: string) =>
  `EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role WHERE other.id <> ${me} AND other.active
     AND role.value IN (SELECT value FROM json_each(${roles})))`;

export const aloneOf = (
  { d1, me }: Scope,
  capability: Capability = 'corrections.decide',
): D1PreparedStatement =>
  d1
    .prepare(`SELECT NOT ${anotherThan('?1', '?2')} AS alone`)
    .bind(me.id, JSON.stringify(rolesWith(capability)));

/** @param result of `aloneOf` */
export const readAlone = (result: D1Result | undefined): boolean =>
  rowsOf<{ alone: number }>(result)[0]?.alone === 1;

/**
 * Nobody changes what their own past days are computed with, unless nobody else may.
 * @param capability by which somebody else could @throws Refusal `own_day`
 */
export async function refuseOwnPast(scope: Scope, capability: Capability): Promise<void> {
  if (readAlone(await aloneOf(scope, capability).all())) return;
  throw new Refusal('own_day', {
    detail:
      'Nobody changes what their own past days are computed with. Choose today or later, or ask somebody else who may.',
  });
}
