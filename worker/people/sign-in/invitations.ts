/** Invitations: one-time links to choose a password. The server never sees a token before its use. */
import { hashPassword } from 'better-auth/crypto';
import type { AcceptInvitation, Invitation, Me } from '../../contract/people/people';
import { ask, query, row, together } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { credential } from './credential';
import { peopleWhere, personSubject, personWith } from '../people';
import { settingsFact } from '../../settings/settings';
import { newSession } from './sign-in';
import { guarded, ofAddress, settle } from './throttle';

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
        taken: row(d1, 'SELECT 1 FROM invitations WHERE hash = ?1', [hash]),
      }),
    decide({ person, taken }, _me, now) {
      if (!person.active) throw new Refusal('deactivated');
      if (taken) throw new Refusal('changed_meanwhile');
      const after: Invitation = { personId, expiresAt: now + VALID_MS };
      return {
        write: query('INSERT INTO invitations (hash, person_id, expires_at) VALUES (?1, ?2, ?3)', [
          hash,
          personId,
          after.expiresAt,
        ]),
        before: null,
        after,
        publish: [{ channel: 'admin.employees', type: 'person.updated', data: person }],
        also: [
          query(
            'UPDATE invitations SET used_at = ?3 WHERE person_id = ?2 AND used_at IS NULL AND hash <> ?1',
            [hash, personId, now],
          ),
        ],
      };
    },
  });

/** SQL: the unspent invitation of hash ?1 at the instant ?2. */
const OPEN = 'hash = ?1 AND expires_at > ?2 AND used_at IS NULL';

/**
 * Spends an invitation: sets the password and ends the person's sessions.
 * @param hash SHA-256 of the link's token
 * @returns the person, signed in, and the new session's token
 * @throws Refusal `invitation_spent`, `too_many_tries`
 */
export async function accept(
  scope: Scope,
  { password }: AcceptInvitation,
  hash: string,
  address: string,
): Promise<{ me: Me; token: string }> {
  const { d1 } = scope;
  const at = scope.now();
  const limits = [ofAddress(address)];
  const invited = peopleWhere(
    d1,
    `active AND id = (SELECT person_id FROM invitations WHERE ${OPEN})`,
    hash,
    at,
  );
  const facts = together({ invited, settings: settingsFact(scope) });
  const {
    invited: [person],
    settings,
  } = await ask(d1, guarded(d1, limits, at, facts));
  if (!person) {
    await settle(scope, limits);
    throw new Refusal('invitation_spent');
  }
  const passwordHash = await hashPassword(password);
  const session = newSession(scope, person.id, passwordHash);
  const subject = personSubject(person.id);
  const answer = await scope.attempt({
    at,
    by: person.id,
    changes: [
      {
        write: query(
          `UPDATE invitations SET used_at = ?2
           WHERE ${OPEN} AND EXISTS (SELECT 1 FROM people WHERE id = person_id AND active)`,
          [hash, at],
        ),
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
    also: [query('DELETE FROM sessions WHERE user_id = ?1', [person.id]), ...session.writes],
  });
  if (!answer) throw new Refusal('invitation_spent');
  await scope.revoke(person.id, { person: person.id });
  const { id, name, email, roles } = person;
  const zone = person.zone ?? settings.zone;
  return { me: { id, name, email, roles, zone, organisation: settings.organisation }, token: session.token };
}
