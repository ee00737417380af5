import { query } from '../db/queries';
import { ERASED, type Personal } from '../people/erasure/personal';

/** SQL: the person's own registrations, also from before they had an account. */
const OWN = 'person_id = ?1 OR email = (SELECT email FROM people WHERE id = ?1)';

/** Sales, payments, receipts and drawers stay: the law keeps money's records for years. */
export const salesPersonal: Personal = {
  subjects: [`SELECT 'registration/' || sale_id FROM registrants WHERE ${OWN}`],
  holds: {
    registrations: `SELECT member, registrants.name, mobile, email, sponsor, package_name, date, number, state, total, currency, created_at
      FROM registrants JOIN sales ON sales.id = sale_id WHERE ${OWN}`,
    drawers: 'SELECT opened_at, closed_at, note FROM drawers WHERE person_id = ?1',
    orderComments: 'SELECT at, text FROM order_comments WHERE person_id = ?1',
    payments: `SELECT payments.kind, method, amount, payments.at
      FROM registrants JOIN payments ON payments.sale_id = registrants.sale_id WHERE ${OWN}`,
  },
  erase: ({ id, email }) => [
    query(
      `UPDATE sales SET received_by = ?3 WHERE received_by IS NOT NULL
         AND id IN (SELECT sale_id FROM registrants WHERE person_id = ?1 OR email = ?2)`,
      [id, email, ERASED],
    ),
    query(
      `UPDATE registrants SET name = ?3, mobile = '', email = 'erased-' || sale_id || '@erased.invalid', sponsor = NULL
       WHERE person_id = ?1 OR email = ?2`,
      [id, email, ERASED],
    ),
  ],
};
