/** A person's photo, chosen by those who manage people; seen by themselves and by those who watch the board. */
import { and, eq, sql } from 'drizzle-orm';
import { can } from '../../contract/roles';
import type { Person } from '../../contract/people/people';
import { people } from '../../db/schema';
import type { Answer } from '../../live/commit';
import { personWith } from '../people';
import { subjectOf } from '../staff';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { rosterUpdated } from '../../settings/plan';
import { loosened, shown, store } from './store';

const folderOf = (personId: string) => `people/${personId}`;

/**
 * Gives a person this photo in place of the one they had.
 * @throws Refusal `not_found`, `not_a_photo`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export async function setPhoto(scope: Scope, id: string, bytes: ArrayBuffer): Promise<Answer> {
  const before = await personWith(scope, id);
  const stored = await store(scope, folderOf(id), bytes, before.photo);
  return named(scope, before, stored.id, stored.also);
}

/** Takes a person's photo away. @throws Refusal `not_found`, `changed_meanwhile`, `key_reused`, `unavailable` */
export async function removePhoto(scope: Scope, id: string): Promise<Answer> {
  const before = await personWith(scope, id);
  return named(scope, before, null, loosened(folderOf(id), before.photo));
}

/** @throws Refusal `not_found`, also for those who may not see it and for one that has been replaced */
export async function personPhoto(scope: Scope, id: string, photo: string): Promise<Response> {
  const { me } = scope;
  if (me.id !== id && !can(me, 'board.watch')) throw new Refusal('not_found');
  const { photo: current } = await personWith(scope, id);
  if (current !== photo) throw new Refusal('not_found');
  return shown(scope, folderOf(id), photo);
}

async function named(
  scope: Scope,
  before: Person,
  photo: string | null,
  also: ReturnType<typeof loosened>,
): Promise<Answer> {
  const after: Person = { ...before, photo };
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: scope.db
          .update(people)
          .set({ image: photo })
          .where(and(eq(people.id, before.id), sql`${people.image} IS ${before.photo}`)),
        action: 'person.updated',
        subject: subjectOf(before.id),
        before,
        after,
      },
    ],
    publish: [{ channel: 'admin.employees', type: 'person.updated', data: after }, rosterUpdated],
    also,
  });
  if (!answer) throw new Refusal('changed_meanwhile', { current: await personWith(scope, before.id) });
  return answer;
}
