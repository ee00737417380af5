import * as v from 'valibot';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';

/**
 * The answer where an id is there already: the first one, if the very same was made then and only its key is another.
 * @throws Refusal `id_taken` where something else was made with it
 */
export async function madeBefore(
  scope: Scope,
  subject: string,
  action: string,
  asked: { updatedAt: number },
): Promise<Answer> {
  const first = await scope.d1
    .prepare('SELECT after FROM journal WHERE subject = ?1 AND action = ?2 ORDER BY id LIMIT 1')
    .bind(subject, action)
    .first<string>('after');
  const { updatedAt } = asked;
  const then = first === null ? {} : v.parse(v.looseObject({}), JSON.parse(first));
  if (JSON.stringify({ ...then, updatedAt }) !== JSON.stringify(asked)) throw new Refusal('id_taken');
  return scope.already(subject, action);
}
