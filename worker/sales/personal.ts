import { query } from '../db/queries';
import { ERASED, type Personal } from '../people/erasure/personal';

/** SQL: registrations of the person's account or email, also from before they had an account. */
const linkedTo = (id: string, email: string) => `(person_id = ${id} OR email = ${email})`;

/**
 * SQL: the numbers of the members who are the person. An account may have several, such as children: those with the person's name are
 * the person, or else the first, by whose registration the account was made. The others are people of their own.
 */
function membersOf(linked: string, name: string): string {
  const named = `FROM registrants WHERE ${linked} AND name = ${name} COLLATE NOCASE`;
  const first = `FROM registrants WHERE ${linked} AND NOT EXISTS (SELECT 1 ${named}) ORDER BY member LIMIT 1`;
  return `SELECT member ${named} UNION SELECT * FROM (SELECT member ${first})`;
}

const [EMAIL, NAME] = ['email', 'name'].map((it) => `(SELECT ${it} FROM people WHERE id = ?1)`);
const LINKED = linkedTo('?1', `${EMAIL}`);
const OWN = `member IN (${membersOf(LINKED, `${NAME}`)})`;

/** Sales, payments, receipts and drawers stay: the law keeps money's records for years. */
export const salesPersonal: Personal = {
  subjects: [`SELECT 'registration/' || sale_id FROM registrants WHERE ${OWN}`],
  holds: {
    registrations: `SELECT member, registrants.name, mobile, email, sponsor, package_name, date, number, state, total, currency, created_at
      FROM registrants JOIN sales ON sales.id = sale_id WHERE ${OWN}`,
    // What the account shows of them, and the person's email.
    othersOfTheAccount: `SELECT member, registrants.name, email, package_name, date, number, state, created_at
      FROM registrants JOIN sales ON sales.id = sale_id WHERE ${LINKED} AND NOT (${OWN})`,
    drawers: 'SELECT opened_at, closed_at, note FROM drawers WHERE person_id = ?1',
    orderComments: 'SELECT at, text FROM order_comments WHERE person_id = ?1',
    payments: `SELECT payments.kind, method, amount, payments.at
      FROM registrants JOIN payments ON payments.sale_id = registrants.sale_id WHERE ${OWN}`,
  },
  erase({ id, email, name }) {
    const linked = linkedTo('?1', '?2');
    const own = `member IN (${membersOf(linked, '?3')})`;
    return [
      query(
        `UPDATE sales SET received_by = ?4 WHERE received_by IS NOT NULL AND id IN (SELECT sale_id FROM registrants WHERE ${own})`,
        [id, email, name, ERASED],
      ),
      query(`UPDATE registrants SET name = ?4, mobile = '', email = NULL, sponsor = NULL WHERE ${own}`, [
        id,
        email,
        name,
        ERASED,
      ]),
      // The others keep their name, number and mobile. The email was the person's, and the account is no one's. An erased one has no
      // mobile number.
      query(`UPDATE registrants SET email = NULL, person_id = NULL WHERE ${linked} AND mobile <> ''`, [
        id,
        email,
      ]),
    ];
  },
};
