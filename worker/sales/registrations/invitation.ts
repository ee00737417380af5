/**
 * An account for somebody who registered. A till invites strangers only: a link to choose the password of an account that is
 * in use, or of somebody who works here, would hand that account to the person at the till.
 */
import * as v from 'valibot';
import { type InviteRegistrant, RegistrantInvited } from '../../contract/sales/registrations/registrations';
import type { Publication } from '../../contract/events';
import { type Fact, query, row, together } from '../../db/queries';
import { WORKS_HERE } from '../../people/people';
import { VALID_MS } from '../../people/sign-in/invitations';
import { hiring, newcomer } from '../../people/staff';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { saleSubject } from '../kind';
import { soldWith } from '../rows';

/** SQL: the person of that row is a member and nothing more, and has never chosen a password. */
const STRANGER = `people.active AND NOT (${WORKS_HERE})
  AND NOT EXISTS (SELECT 1 FROM accounts WHERE user_id = people.id AND password IS NOT NULL)`;

const INVITE = `INSERT INTO invitations (hash, person_id, expires_at)
  SELECT ?1, id, ?3 FROM people WHERE id = ?2 AND ${STRANGER}
    AND EXISTS (SELECT 1 FROM registrants WHERE sale_id = ?4 AND NOT cancelled AND coalesce(person_id, ?2) = ?2)`;

const SPEND_OTHERS =
  'UPDATE invitations SET used_at = ?3 WHERE person_id = ?2 AND used_at IS NULL AND hash <> ?1';

interface Known {
  email: string;
  name: string;
  /** Who it is linked to, or has its email. */
  personId: string | null;
  active: number | null;
  stranger: number | null;
  worksHere: number | null;
  /** Whether the new link or the new person's id is there already. */
  taken: number;
}

/**
 * Makes an account and a link for the registrant; the links before it are spent.
 * @throws Refusal `not_found`, `registration_cancelled`, `email_taken` where the email is that of somebody who works here,
 * `has_account` once they have chosen a password, `deactivated`
 */
export async function inviteRegistrant(
  scope: Scope,
  id: string,
  input: InviteRegistrant,
): Promise<RegistrantInvited> {
  const { after, receipt } = await scope.commit({
    subject: saleSubject({ kind: 'registration', id }),
    action: 'registration.invited',
    facts: (d1) => together({ sold: soldWith(d1, 'registration', id), known: knownFact(d1, id, input) }),
    decide({ sold, known }, _me, now) {
      if (sold.cancellation) throw new Refusal('registration_cancelled');
      if (!known) throw new Refusal('not_found');
      if (known.personId !== null && !known.stranger) throw refusalOf(known);
      if (known.taken) throw new Refusal('changed_meanwhile');
      return inviting(scope, id, known, input, now);
    },
  });
  const { expiresAt } = v.parse(Kept, after);
  return { expiresAt, receipt };
}

const Kept = v.object({ expiresAt: RegistrantInvited.entries.expiresAt });

function inviting(
  scope: Scope,
  id: string,
  { name, email, personId: existing }: Known,
  { personId: fresh, hash }: InviteRegistrant,
  at: number,
) {
  const personId = existing ?? fresh;
  const about = { department: null, position: null, category: null, zone: null, staffNumber: null };
  const member = { id: personId, name, email, roles: ['member' as const], weeklyMinutes: null };
  const person = newcomer({ ...member, ...about }, null, at);
  const expiresAt = at + VALID_MS;
  return {
    first: existing === null ? [hiring(scope, person, at)] : [],
    before: null,
    after: { personId, expiresAt },
    write: query(INVITE, hash, personId, expiresAt, id),
    also: [
      query('UPDATE registrants SET person_id = ?2 WHERE sale_id = ?1', id, personId),
      query(SPEND_OTHERS, hash, personId, at),
    ],
    publish: (existing === null
      ? [{ channel: 'admin.employees', type: 'person.created', data: person }]
      : []) satisfies Publication[],
  };
}

const knownFact = (
  d1: D1Database,
  id: string,
  { personId, hash }: InviteRegistrant,
): Fact<Known | undefined> =>
  row<Known>(
    d1
      .prepare(
        `SELECT r.email, r.name, people.id AS personId, people.active, ${STRANGER} AS stranger, ${WORKS_HERE} AS worksHere,
           EXISTS (SELECT 1 FROM invitations WHERE hash = ?3)
             OR (people.id IS NULL AND EXISTS (SELECT 1 FROM people AS other WHERE other.id = ?2)) AS taken
         FROM registrants AS r LEFT JOIN people ON people.id = coalesce(r.person_id, (SELECT id FROM people WHERE email = r.email))
         WHERE r.sale_id = ?1`,
      )
      .bind(id, personId, hash),
  );

function refusalOf({ email, worksHere, active }: Known): Refusal {
  if (worksHere)
    return new Refusal('email_taken', {
      detail: `${email} belongs to someone who works here. Only an admin can invite them.`,
    });
  return new Refusal(active ? 'has_account' : 'deactivated');
}
