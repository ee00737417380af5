/** The registrations that pages load: the list, one with its contact details, and a member's own. */
import * as v from 'valibot';
import { userChannel } from '../../contract/channels';
import { can } from '../../contract/roles';
import type {
  Membership,
  Registrant,
  RegistrationDetails,
  RegistrationList,
} from '../../contract/sales/registrations/registrations';
import { ask, row, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { headsIn } from '../../live/replay';
import { listed, todayFrom } from '../listed';
import { json, saleOf, soldIn, soldWith } from '../rows';
import { looksAt } from './looks';
import { ownRegistrationOf, registrationOf } from './registrations';

/** A member sees at most this many of their registrations, the latest first. */
const MOST_OWN = 50;

/** The list for tills and desks; with money for people who take registrations. */
export async function registrationsNow(scope: Scope): Promise<RegistrationList> {
  const { d1, me } = scope;
  const today = todayFrom(scope);
  const seesMoney = can(me, 'registrations.take');
  const channels = seesMoney ? (['registrations', 'tills'] as const) : (['registrations'] as const);
  const { at, sold, staff, truncated } = await ask(
    d1,
    listed(d1, { kind: 'registration', offline: false }, today, ...channels),
  );
  return {
    at,
    now: scope.now(),
    zone: me.settings.zone,
    today: today.date,
    dayStart: today.dayStart,
    registrations: sold.map(registrationOf),
    sales: seesMoney ? sold.map(saleOf) : [],
    staff,
    truncated,
  };
}

/** @throws Refusal `not_found`, `too_many_tries` */
export async function registrationDetails(scope: Scope, id: string): Promise<RegistrationDetails> {
  const { d1, now } = scope;
  const { sold, registrant } = await ask(
    d1,
    looksAt(
      'contacts',
      scope,
      together({
        sold: soldWith(d1, 'registration', id),
        registrant: row<Omit<Registrant, 'sharedWith'> & { sharedWith: string }>(
          d1,
          `SELECT mobile, email, sponsor,
           (SELECT json_group_array(name) FROM (SELECT DISTINCT other.name FROM registrants AS other
            WHERE other.email = r.email AND other.member <> r.member AND NOT other.cancelled ORDER BY other.name LIMIT ${MOST_OWN}))
             AS sharedWith,
           CASE WHEN EXISTS (SELECT 1 FROM accounts WHERE user_id = person_id AND password IS NOT NULL) THEN 'account'
                WHEN EXISTS (SELECT 1 FROM invitations AS i WHERE i.person_id = r.person_id AND used_at IS NULL AND i.expires_at > ?2)
                THEN 'invited' ELSE 'none' END AS access
         FROM registrants AS r WHERE sale_id = ?1`,
          [id, now()],
        ),
      }),
    ),
  );
  if (!registrant) throw new Refusal('not_found');
  const sharedWith = v.parse(json(v.array(v.string())), registrant.sharedWith);
  return { registration: registrationOf(sold), registrant: { ...registrant, sharedWith } };
}

export async function membership({ d1, me, now }: Scope): Promise<Membership> {
  const { at, sold } = await ask(
    d1,
    together({
      at: headsIn(d1, userChannel(me.id)),
      sold: soldIn(
        d1,
        `WHERE s.id IN (SELECT sale_id FROM registrants WHERE person_id = ?1)
             ORDER BY s.created_at DESC, s.id DESC LIMIT ${MOST_OWN}`,
        [me.id],
      ),
    }),
  );
  return { at, now: now(), registrations: sold.map(ownRegistrationOf) };
}
