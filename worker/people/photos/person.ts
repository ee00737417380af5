/** A person's photo: people who manage people set it; the person and people who watch the board see it. */
import { can } from '../../contract/roles';
import type { Person } from '../../contract/people/people';
import { ask, type Query, query } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { personSubject, personWith } from '../people';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { rosterUpdated } from '../../settings/plan';
import { orphaned, shown, store } from './store';

const folderOf = (personId: string) => `people/${personId}`;

/**
 * Sets or replaces a person's photo.
 * @throws Refusal `not_found`, `not_a_photo`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function setPhoto(scope: Scope, id: string, bytes: ArrayBuffer): Promise<Answer> {
  const before = await scope.ask(personWith(scope.d1, id)); // confirms the person, before anything is stored
  const stored = await store(scope, folderOf(id), bytes, before.photo);
  return named(scope, before, stored.id, stored.also);
}

/** @throws Refusal `not_found`, `changed_meanwhile`, `key_reused`, `unavailable` */
export async function removePhoto(scope: Scope, id: string): Promise<Answer> {
  const before = await scope.ask(personWith(scope.d1, id)); // confirms the person, before anything is stored
  return named(scope, before, null, orphaned(folderOf(id), before.photo));
}

/** @throws Refusal `not_found`, also for a person who may not see it, and for a replaced photo */
export async function personPhoto(scope: Scope, id: string, photo: string): Promise<Response> {
  const { me } = scope;
  if (me.id !== id && !can(me, 'board.watch')) throw new Refusal('not_found');
  const { photo: current } = await ask(scope.d1, personWith(scope.d1, id));
  if (current !== photo) throw new Refusal('not_found');
  return shown(scope, folderOf(id), photo);
}

/** Names the photo in the row, if the row still has the photo that was read. */
const named = (
  scope: Scope,
  { id, photo: old }: Person,
  photo: string | null,
  also: readonly Query[],
): Promise<Answer> =>
  scope.commit({
    subject: personSubject(id),
    action: 'person.updated',
    facts: (d1) => personWith(d1, id),
    decide(before) {
      if (before.photo !== old) throw new Refusal('changed_meanwhile', { current: before });
      const after: Person = { ...before, photo };
      return {
        write: query('UPDATE people SET image = ?2 WHERE id = ?1 AND image IS ?3 AND updated_at = ?4', [
          id,
          photo,
          old,
          before.updatedAt ?? 0,
        ]),
        before,
        after,
        publish: [{ channel: 'admin.employees', type: 'person.updated', data: after }, rosterUpdated],
        also,
      };
    },
  });
