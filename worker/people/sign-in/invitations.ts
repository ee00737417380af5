/** Invitations: one-time links to choose a password. The server never sees a token before its use. */
import { hashPassword } from 'better-auth/crypto';
import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import type { AcceptInvitation, Invitation } from '../../contract/people/people';
import { ask, map, query, row, together } from '../../db/queries';
import { invitations, sessions } from '../../db/schema';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { credential } from './credential';
import { peopleWhere, personSubject, personWith } from '../people';
import { countTry } from './throttle';

export const VALID_MS = 7 * 86_400_000;

/**
 * Creates an invitation; earlier ones end.
 * @param hash SHA-256 of the link's token, which the inviting page creates
 * @throws Refusal `not_found`, `deactivated`, `changed_meanwhile`
 */
export const invite = (scope: Scope, personId: string, hash: string): Promise<Answer> =>
  scope.commit({
    subject: personSubject(personId),
    action: 'person.invited',
    facts: (d1) =>
      together({
        person: personWith(d1, personId),
        taken: row(d1.prepare('SELECT 1 FROM invitations WHERE hash = ?1').bind(hash)),
      }),
    decide({ person, taken }, _me, now) {
      if (!person.active) throw new Refusal('deactivated');
      if (taken) throw new Refusal('changed_meanwhile');
      const after: Invitation = { personId, expiresAt: now + VALID_MS };
      return {
        write: query(
          'INSERT INTO invitations (hash, person_id, expires_at) VALUES (?1, ?2, ?3)',
          hash,
          personId,
          after.expiresAt,
        ),
        before: null,
        after,
        publish: [{ channel: 'admin.employees', type: 'person.updated', data: person }],
        also: [
          query(
            'UPDATE invitations SET used_at = ?3 WHERE person_id = ?2 AND used_at IS NULL AND hash <> ?1',
            hash,
            personId,
            now,
          ),
        ],
      };
    },
  });

/**
 * Spends an invitation: sets the password and ends the person's sessions.
 * @param hash SHA-256 of the link's token
 * @returns the person's email, for the sign-in
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
    (await ask(
      scope.d1,
      map(peopleWhere(scope.d1, 'id = ?1 AND active', found.personId), ([it]) => it),
    ));
  if (!person) throw new Refusal('invitation_spent');
  const passwordHash = await hashPassword(password);
  const subject = personSubject(person.id);
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
    publish: [{ channel: 'admin.employees', type: 'person.updated', data: person }],
    also: [scope.db.delete(sessions).where(eq(sessions.userId, person.id))],
  });
  if (!answer) throw new Refusal('invitation_spent');
  await scope.revoke(person.id, { person: person.id });
  return person.email;
}
