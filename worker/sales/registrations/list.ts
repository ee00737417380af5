/** Registrations as pages load them: all that are open, one with how to reach them, and one's own. */
import { userChannel } from '../../contract/channels';
import type {
  Membership,
  Registrant,
  RegistrationDetails,
  RegistrationList,
} from '../../contract/sales/registrations/registrations';
import { can } from '../../contract/roles';
import type { Named } from '../../contract/sessions/sessions';
import { rowsOf } from '../../db/client';
import { headsAt, readHeads } from '../../live/replay';
import { Refusal } from '../../refusal';
import { listedSales, staffWith, todayFrom } from '../listed';
import { SALE, saleOf, soldIn } from '../rows';
import type { Scope } from '../../scope';
import { ownRegistrationOf, registrationOf } from './registrations';

/** Whoever registers every year for decades sees the latest of them. */
const MOST_OWN = 50;

/** What tills and desks begin with; its money for those who take registrations. */
export async function registrationsNow(scope: Scope): Promise<RegistrationList> {
  const { d1, me } = scope;
  const today = todayFrom(scope);
  const seesMoney = can(me, 'registrations.take');
  const [heads, sales, truncated, staff] = await d1.batch([
    headsAt(d1, 'registrations', ...(seesMoney ? ['tills'] : [])),
    ...listedSales(d1, 'registration', today),
    staffWith(d1, 'registrations.see'),
  ]);
  const sold = soldIn(sales);
  return {
    at: readHeads(heads),
    now: scope.now(),
    zone: me.settings.zone,
    today: today.date,
    registrations: sold.map(registrationOf),
    sales: seesMoney ? sold.map(saleOf) : [],
    staff: rowsOf<Named>(staff),
    truncated: rowsOf<{ truncated: number }>(truncated)[0]?.truncated === 1,
  };
}

/** One registration with how to reach whoever registered. @throws Refusal `not_found` */
export async function registrationDetails({ d1, now }: Scope, id: string): Promise<RegistrationDetails> {
  const [sales, registrants] = await d1.batch([
    d1.prepare(`${SALE} WHERE s.id = ?1 AND s.kind = 'registration'`).bind(id),
    d1
      .prepare(
        `SELECT mobile, email, sponsor,
           CASE WHEN EXISTS (SELECT 1 FROM accounts WHERE user_id = person_id AND password IS NOT NULL) THEN 'account'
                WHEN EXISTS (SELECT 1 FROM invitations AS i WHERE i.person_id = r.person_id AND used_at IS NULL AND i.expires_at > ?2)
                THEN 'invited' ELSE 'none' END AS access
         FROM registrants AS r WHERE sale_id = ?1`,
      )
      .bind(id, now()),
  ]);
  const [sold] = soldIn(sales);
  const [registrant] = rowsOf<Registrant>(registrants);
  if (!sold || !registrant) throw new Refusal('not_found');
  return { registration: registrationOf(sold), registrant };
}

/** One's own registrations, with the cursor of one's own channel. */
export async function membership({ d1, me, now }: Scope): Promise<Membership> {
  const [heads, sales] = await d1.batch([
    headsAt(d1, userChannel(me.id)),
    d1
      .prepare(
        `${SALE} WHERE s.id IN (SELECT sale_id FROM registrants WHERE person_id = ?1)
         ORDER BY s.created_at DESC, s.id DESC LIMIT ${MOST_OWN}`,
      )
      .bind(me.id),
  ]);
  return { at: readHeads(heads), now: now(), registrations: soldIn(sales).map(ownRegistrationOf) };
}
