/**
 * Invites a registrant to an account. A till invites strangers only: a link for an account in use, or for a person who works
 * here, would give that account to the person at the till.
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

/** SQL: the person is a member only, and has never chosen a password. */
const STRANGER = `people.active AND NOT (${WORKS_HERE})
  AND NOT EXISTS (SELECT 1 FROM accounts WHERE user_id = people.id AND password IS NOT NULL)`;

const INVITE = `INSERT INTO invitations (hash, person_id, expires_at)
  SELECT ?1, id, ?3 FROM people WHERE id = ?2 AND ${STRANGER}
    AND EXISTS (SELECT 1 FROM registrants WHERE sale_id = ?4 AND NOT cancelled AND coalesce(person_id, ?2) = ?2)`;

const SPEND_OTHERS =
  'UPDATE invitations SET used_at = ?3 WHERE person_id = ?2 AND used_at IS NULL AND hash <> ?1';

interface Invitee {
  email: string | null;
  name: string;
  /** The linked person, or the one with that email. */
  personId: string | null;
  active: number | null;
  stranger: number | null;
  worksHere: number | null;
  /** 1 if the new link or the new person's id exists already. */
  taken: number;
}

/**
 * Creates an account and a link for the registrant, one for all members of their email; earlier links end.
 * @throws Refusal `not_found`, `registration_cancelled`, `no_email`, `email_taken` for the email of a person who works here,
 * `has_account` after they chose a password, `deactivated`
 */
export async function inviteRegistrant(
  scope: Scope,
  id: string,
  input: InviteRegistrant,
): Promise<RegistrantInvited> {
  const { after, receipt } = await scope.commit({
    subject: saleSubject({ kind: 'registration', id }),
    action: 'registration.invited',
    facts: (d1) => together({ sold: soldWith(d1, 'registration', id), invitee: inviteeFact(d1, id, input) }),
    decide({ sold, invitee }, _me, now) {
      if (sold.cancellation) throw new Refusal('registration_cancelled');
      if (!invitee) throw new Refusal('not_found');
      const { email } = invitee;
      if (email === null && invitee.personId === null) throw new Refusal('no_email');
      if (invitee.personId !== null && !invitee.stranger) throw refusalOf(invitee);
      if (invitee.taken) throw new Refusal('changed_meanwhile');
      return inviting(id, { ...invitee, email: email ?? '' }, input, now);
    },
  });
  const { expiresAt } = v.parse(Kept, after);
  return { expiresAt, receipt };
}

const Kept = v.object({ expiresAt: RegistrantInvited.entries.expiresAt });

function inviting(
  id: string,
  { name, email, personId: existing }: Invitee & { email: string },
  { personId: fresh, hash }: InviteRegistrant,
  at: number,
) {
  const personId = existing ?? fresh;
  const about = { department: null, position: null, category: null, zone: null, staffNumber: null };
  const member = { id: personId, name, email, roles: ['member' as const], weeklyMinutes: null };
  const person = newcomer({ ...member, ...about }, null, at);
  const expiresAt = at + VALID_MS;
  return {
    first: existing === null ? [hiring(person, at)] : [],
    before: null,
    after: { personId, expiresAt },
    write: query(INVITE, [hash, personId, expiresAt, id]),
    also: [
      // One account an email: the other members of the family that gave it are shown there too.
      query(
        `UPDATE registrants SET person_id = ?2 WHERE person_id IS NULL
         AND (sale_id = ?1 OR email = (SELECT email FROM registrants WHERE sale_id = ?1))`,
        [id, personId],
      ),
      query(SPEND_OTHERS, [hash, personId, at]),
    ],
    publish: (existing === null
      ? [{ channel: 'admin.employees', type: 'person.created', data: person }]
      : []) satisfies Publication[],
  };
}

const inviteeFact = (
  d1: D1Database,
  id: string,
  { personId, hash }: InviteRegistrant,
): Fact<Invitee | undefined> =>
  row<Invitee>(
    d1,
    `SELECT r.email, r.name, people.id AS personId, people.active, ${STRANGER} AS stranger, ${WORKS_HERE} AS worksHere,
       EXISTS (SELECT 1 FROM invitations WHERE hash = ?3)
         OR (people.id IS NULL AND EXISTS (SELECT 1 FROM people AS other WHERE other.id = ?2)) AS taken
     FROM registrants AS r LEFT JOIN people ON people.id = coalesce(r.person_id, (SELECT id FROM people WHERE email = r.email))
     WHERE r.sale_id = ?1`,
    [id, personId, hash],
  );

function refusalOf({ email, worksHere, active }: Invitee): Refusal {
  if (worksHere)
    return new Refusal('email_taken', {
      detail: `${email} belongs to someone who works here. Only an admin can invite them.`,
    });
  return new Refusal(active ? 'has_account' : 'deactivated');
}
