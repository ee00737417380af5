/** Who works here: taken on, changed, deactivated, reactivated. Nobody is ever deleted: the journal and the records name them. */
import { and, eq } from 'drizzle-orm';
import { userChannel } from '../contract/channels';
import type { Publication } from '../contract/events';
import type { EditPerson, NewPerson, Person } from '../contract/people';
import { people, sessions } from '../db/schema';
import type { Answer, Change } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { dueUnknown } from '../settings/due';
import { rosterUpdated } from '../settings/from';
import { anotherAdmin, hasOtherAdmin, personWith } from './people';
import { searchOf } from './search';

/**
 * Takes somebody on. They cannot sign in before they have accepted an invitation.
 * @throws Refusal `email_taken`, `key_reused`, `unavailable`
 */
export async function createPerson(scope: Scope, asked: NewPerson): Promise<Answer> {
  const at = scope.now();
  const person = newcomer(asked, at);
  const answer = await scope.commit({
    at,
    changes: [hiring(scope, person, at)],
    publish: [{ channel: 'admin.employees', type: 'person.created', data: person }, rosterUpdated],
  });
  if (answer) return answer;
  // Refused: the id is there already (this very request came before, with another key), or the email is somebody's.
  const there = await scope.db.query.people.findFirst({ where: eq(people.id, asked.id) });
  if (there?.email !== asked.email) throw new Refusal('email_taken');
  return scope.already(subjectOf(asked.id), 'person.created');
}

/** The person as they begin. */
export const newcomer = (asked: NewPerson, at: number): Person => ({
  ...asked,
  active: true,
  photo: null,
  updatedAt: at,
});

/** The change that takes somebody on. */
export function hiring({ db }: Scope, { roles, photo: _photo, ...person }: Person, at: number): Change {
  const now = new Date(at);
  return {
    write: db.insert(people).values({
      ...person,
      roles: JSON.stringify(roles),
      search: searchOf(person),
      emailVerified: false,
      createdAt: now,
      updatedAt: now,
    }),
    action: 'person.created',
    subject: subjectOf(person.id),
    before: null,
    after: { ...person, roles, photo: null },
  };
}

/**
 * Changes what is known of a person.
 * @throws Refusal `not_found`, `email_taken`, `changed_meanwhile` with the person as they are now
 */
export async function editPerson(
  scope: Scope,
  id: string,
  { seenAt, ...asked }: EditPerson,
): Promise<Answer> {
  const before = await personWith(scope, id);
  const at = Math.max(scope.now(), (before.updatedAt ?? 0) + 1); // forms tell states apart by it
  const after: Person = { ...before, ...asked, updatedAt: at };
  const answer = await scope.commit({
    at,
    changes: [
      {
        write: scope.db
          .update(people)
          .set({ ...asked, search: searchOf(after), updatedAt: new Date(at) })
          .where(and(eq(people.id, id), eq(people.updatedAt, new Date(seenAt)))),
        action: 'person.updated',
        subject: subjectOf(id),
        before,
        after,
      },
    ],
    publish: [...told(after), rosterUpdated],
    also: after.zone === before.zone ? [] : [dueUnknown(scope, [id])],
  });
  if (answer) return answer;
  const other = await scope.db.query.people.findFirst({ where: eq(people.email, asked.email) });
  if (other && other.id !== id) throw new Refusal('email_taken');
  throw new Refusal('changed_meanwhile', { current: await personWith(scope, id) });
}

/**
 * Ends what a person may do here: their sessions in the same commit, their sockets right after, tried again should the order
 * be lost, and by their leases should all tries be. An open record stays open for their supervisor, or the job, to close.
 * @throws Refusal `not_found`, `not_oneself`, `last_admin`, `changed_meanwhile`
 */
export async function deactivate(scope: Scope, id: string): Promise<Answer> {
  if (id === scope.me.id) throw new Refusal('not_oneself');
  const answer = await activity(scope, id, false);
  await scope.revoke(id, { person: id }); // also on a repeated request: the first order may have been lost
  return answer;
}

/** Lets a person in again, with the roles and the password they had. @throws Refusal `not_found`, `changed_meanwhile` */
export const reactivate = (scope: Scope, id: string): Promise<Answer> => activity(scope, id, true);

async function activity(scope: Scope, id: string, active: boolean): Promise<Answer> {
  const before = await personWith(scope, id);
  const at = Math.max(scope.now(), (before.updatedAt ?? 0) + 1);
  const after: Person = { ...before, active, updatedAt: at };
  const answer = await scope.commit({
    at,
    changes: [
      {
        write: scope.db
          .update(people)
          .set({ active, updatedAt: new Date(at) })
          .where(and(eq(people.id, id), eq(people.active, !active), active ? undefined : anotherAdmin(id))),
        action: active ? 'person.reactivated' : 'person.deactivated',
        subject: subjectOf(id),
        before,
        after,
      },
    ],
    publish: [...told(after), rosterUpdated],
    also: active ? [] : [scope.db.delete(sessions).where(eq(sessions.userId, id))],
  });
  if (answer) return answer;
  if (!active && before.active && !(await hasOtherAdmin(scope, id))) throw new Refusal('last_admin');
  throw new Refusal('changed_meanwhile', { current: await personWith(scope, id) });
}

/** Admins are told all of it, the person that their own pages must look again. */
const told = (after: Person): Publication[] => [
  { channel: 'admin.employees', type: 'person.updated', data: after },
  { channel: userChannel(after.id), type: 'person.updated', data: { id: after.id, roles: after.roles } },
];

export const subjectOf = (id: string) => `person/${id}`;
