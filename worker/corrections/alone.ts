/** Whether there is another active person who may decide: a sole admin may decide their own, under an action of its own. */
import { rolesWith } from '../contract/roles';
import { rowsOf } from '../db/client';
import type { Scope } from '../scope';

/** SQL: somebody else may decide too. @param me @param roles the parameters that hold a person's id and the roles as JSON */
export const anotherThan = (me: string, roles: string) =>
  `EXISTS (SELECT 1 FROM people AS other, json_each(other.roles) AS role WHERE other.id <> ${me} AND other.active
     AND role.value IN (SELECT value FROM json_each(${roles})))`;

export const aloneOf = ({ d1, me }: Scope): D1PreparedStatement =>
  d1
    .prepare(`SELECT NOT ${anotherThan('?1', '?2')} AS alone`)
    .bind(me.id, JSON.stringify(rolesWith('corrections.decide')));

/** @param result of `aloneOf` */
export const readAlone = (result: D1Result | undefined): boolean =>
  rowsOf<{ alone: number }>(result)[0]?.alone === 1;
