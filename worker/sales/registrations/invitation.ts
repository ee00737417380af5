/**
 * An account for somebody who registered. A till invites strangers only: a link to choose the password of an account that is
 * in use, or of somebody who works here, would hand that account to whoever stands at the till.
 */
import type { InviteRegistrant } from '../../contract/sales/registrations/registrations';
import { query } from '../../db/client';
import { WORKS_HERE } from '../../people/people';
import { VALID_MS } from '../../people/sign-in/invitations';
import type { Answer } from '../../live/commit';
import { hiring, newcomer } from '../../people/staff';
import { Refusal } from '../../refusal';
import { soldWith } from '../rows';
import { saleSubject } from '../trade';
import type { Scope } from '../../scope';

/** SQL: the person of that row is a member and nothing more, and has never chosen a password. */
const STRANGER = `people.active AND NOT (${WORKS_HERE})
  AND NOT EXISTS (SELECT 1 FROM accounts WHERE user_id = people.id AND password IS NOT NULL)`;

/** How often we look again when somebody else invites them at the same moment. */
const TRIES = 3;

interface Known {
  email: string;
  name: string;
  /** Who it is linked to, or has its email. */
  personId: string | null;
  active: number | null;
  stranger: number | null;
  worksHere: number | null;
}

/**
 * Makes an account and a link for whoever registered; the links before it are spent.
 * @throws Refusal `not_found`, `registration_cancelled`, `email_taken` where the email is that of somebody who works here,
 * `has_account` once they have chosen a password, `deactivated`, `changed_meanwhile`, `key_reused`, `unavailable`
 */
export const inviteRegistrant = (
  scope: Scope,
  id: string,
  { personId: fresh, hash }: InviteRegistrant,
): Promise<Answer> =>
  scope.once(async () => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const answer = await committed(scope, id, await mayBeInvited(scope, id), fresh, hash);
      if (answer) return answer;
    }
    throw new Refusal('changed_meanwhile');
  });

function committed(scope: Scope, id: string, known: Known, fresh: string, hash: string) {
  const at = scope.now();
  const personId = known.personId ?? fresh;
  const about = { department: null, position: null, category: null, zone: null, staffNumber: null };
  const { name, email } = known;
  const person = newcomer(
    { id: personId, name, email, roles: ['member'], weeklyMinutes: null, ...about },
    null,
    at,
  );
  const expiresAt = at + VALID_MS;
  return scope.attempt({
    at,
    changes: [
      ...(known.personId === null ? [hiring(scope, person, at)] : []),
      {
        subject: saleSubject({ kind: 'registration', id }),
        action: 'registration.invited',
        before: null,
        after: { personId, expiresAt },
        write: query(
          `INSERT INTO invitations (hash, person_id, expires_at) SELECT ?1, id, ?3 FROM people WHERE id = ?2 AND ${STRANGER}
           AND EXISTS (SELECT 1 FROM registrants WHERE sale_id = ?4 AND NOT cancelled AND coalesce(person_id, ?2) = ?2)`,
          ...[hash, personId, expiresAt, id],
        ),
      },
    ],
    also: [
      query('UPDATE registrants SET person_id = ?2 WHERE sale_id = ?1', id, personId),
      query(
        'UPDATE invitations SET used_at = ?3 WHERE person_id = ?2 AND used_at IS NULL AND hash <> ?1',
        ...[hash, personId, at],
      ),
    ],
    publish:
      known.personId === null ? [{ channel: 'admin.employees', type: 'person.created', data: person }] : [],
  });
}

async function mayBeInvited(scope: Scope, id: string): Promise<Known> {
  const sold = await soldWith(scope.d1, 'registration', id);
  if (sold.cancellation) throw new Refusal('registration_cancelled');
  const known = await scope.d1
    .prepare(
      `SELECT r.email, r.name, people.id AS personId, people.active, ${STRANGER} AS stranger,
         ${WORKS_HERE} AS worksHere
       FROM registrants AS r LEFT JOIN people ON people.id = coalesce(r.person_id, (SELECT id FROM people WHERE email = r.email))
       WHERE r.sale_id = ?1`,
    )
    .bind(id)
    .first<Known>();
  if (!known) throw new Refusal('not_found');
  if (known.personId === null || known.stranger) return known;
  throw refusalOf(known);
}

function refusalOf({ email, worksHere, active }: Known): Refusal {
  if (worksHere)
    return new Refusal('email_taken', {
      detail: `${email} is the email of somebody who works here. Only an admin can invite them.`,
    });
  return new Refusal(active ? 'has_account' : 'deactivated');
}
