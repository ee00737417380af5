/** One person's days around a date, as a supervisor corrects them. */
import { addDays, dateIn } from '../../contract/zones';
import type { PersonDays } from '../../contract/attendance/corrections/requests';
import { ask, map, row, together } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { closedThrough } from '../../settings/closing';
import { CORRECTION, correctionOf, type CorrectionRow } from './corrections';
import { daysOf } from './days';

/** A correction of three days reaches at most two days before or after. */
const AROUND = 2;

/** @throws Refusal `not_found` for a person who never worked here */
export async function personDays(scope: Scope, personId: string, date: string): Promise<PersonDays> {
  const { d1 } = scope;
  const [from, to] = [addDays(date, -AROUND), addDays(date, AROUND)];
  const found = await ask(
    d1,
    together({
      person: row<PersonDays['person']>(
        d1,
        `SELECT id, name, email, staff_number AS staffNumber FROM people
         WHERE id = ?1 AND EXISTS (SELECT 1 FROM terms WHERE person_id = ?1)`,
        [personId],
      ),
      pending: map(
        row<CorrectionRow>(
          d1,
          `${CORRECTION} WHERE corrections.person_id = ?1 AND state = 'pending' AND ?2 BETWEEN from_date AND to_date
           ORDER BY requested_at LIMIT 1`,
          [personId, date],
        ),
        (waiting) => (waiting ? correctionOf(waiting) : null),
      ),
      days: daysOf(d1, [{ personId, from, to }], scope.env.WORKPLACE_ZONE),
      closedThrough: closedThrough(d1),
    }),
  );
  const { person, pending } = found;
  const seen = found.days.get(personId);
  if (!person || !seen) throw new Refusal('not_found');
  const { roster, days } = seen;
  const now = scope.now();
  const zone = days.find(({ record }) => record.workDate === date)?.record.zone;
  const dates = Array.from({ length: 2 * AROUND + 1 }, (_, index) => addDays(from, index));
  return {
    person,
    now,
    date,
    days,
    pending,
    today: dateIn(roster.zoneOf(personId, dateIn(scope.me.settings.zone, now)), now),
    zone: zone ?? roster.zoneOf(personId, date),
    shifts: Object.fromEntries(
      dates.flatMap((each) =>
        roster
          .planOf(personId, each)
          .shifts.slice(0, 1)
          .map((shift) => [each, shift]),
      ),
    ),
    breakKinds: roster.settingsOn(date).breaks,
    closedThrough: found.closedThrough,
  };
}
