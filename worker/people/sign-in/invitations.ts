/** Invitations: one-time links by which somebody chooses their own password. The server never sees a token before it is used. */
import { hashPassword } from 'better-auth/crypto';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { AcceptInvitation, Invitation } from '../../contract/people/people';
import { invitations, people, sessions } from '../../db/schema';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { credential } from './credential';
import { personOf } from '../people';
import { subjectOf } from '../staff';
import { countTry } from './throttle';

/** How long a link can be used. */
export const VALID_MS = 7 * 86_400_000;

/**
 * Makes an invitation; the ones before it are spent.
 * @param hash SHA-256 of the link's token, which the inviting page has made itself
 * @throws Refusal `not_found`, `deactivated`, `changed_meanwhile`
 */
export async function invite(scope: Scope, personId: string, hash: string): Promise<Answer> {
  const person = await scope.db.query.people.findFirst({ where: eq(people.id, personId) });
  if (!person) throw new Refusal('not_found');
  if (!person.active) throw new Refusal('deactivated');
  const at = scope.now();
  const after: Invitation = { personId, expiresAt: at + VALID_MS };
  const { db } = scope;
  const others = and(eq(invitations.personId, personId), isNull(invitations.usedAt), sql`hash <> ${hash}`);
  const answer = await scope.attempt({
    at,
    changes: [
      {
        write: db.insert(invitations).values({ hash, ...after }),
        action: 'person.invited',
        subject: subjectOf(personId),
        before: null,
        after,
      },
    ],
    publish: [{ channel: 'admin.employees', type: 'person.updated', data: personOf(person) }],
    also: [db.update(invitations).set({ usedAt: at }).where(others)],
  });
  if (!answer) throw new Refusal('changed_meanwhile');
  return answer;
}

/**
 * Spends an invitation: the person has this password from now on, and whatever sessions they had end.
 * @param hash SHA-256 of the link's token
 * @returns the person's email, so that they can be signed in
 * @throws Refusal `invitation_spent`, `too_many_tries`
 */
export async function accept(
  scope: Scope,
  { password }: AcceptInvitation,
  hash: string,
  address: string,
): Promise<string> {
  await countTry(scope, address);
  const at = scope.now();
  const open = and(eq(invitations.hash, hash), gt(invitations.expiresAt, at), isNull(invitations.usedAt));
  const found = await scope.db.query.invitations.findFirst({ where: open });
  const person =
    found &&
    (await scope.db.query.people.findFirst({ where: and(eq(people.id, found.personId), people.active) }));
  if (!person) throw new Refusal('invitation_spent');
  const passwordHash = await hashPassword(password);
  const subject = subjectOf(person.id);
  const answer = await scope.attempt({
    at,
    by: person.id,
    changes: [
      {
        write: scope.db
          .update(invitations)
          .set({ usedAt: at })
          .where(and(open, sql`EXISTS (SELECT 1 FROM people WHERE id = ${person.id} AND active)`)),
        action: 'invitation.accepted',
        subject,
        before: null,
        after: { personId: person.id },
      },
      {
        write: credential(scope, person.id, passwordHash, at),
        action: 'account.created',
        subject,
        before: null,
        after: { personId: person.id },
      },
    ],
    publish: [{ channel: 'admin.employees', type: 'person.updated', data: personOf(person) }],
    also: [scope.db.delete(sessions).where(eq(sessions.userId, person.id))],
  });
  if (!answer) throw new Refusal('invitation_spent');
  await scope.revoke(person.id, { person: person.id });
  return person.email;
}
