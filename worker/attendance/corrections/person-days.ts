/** One person's days around a date, as a supervisor corrects them. */
import { addDays, dateIn } from '../../contract/zones';
import type { Correction } from '../../contract/attendance/corrections/corrections';
import type { PersonDays } from '../../contract/attendance/corrections/requests';
import { ask, rowsOf } from '../../db/queries';
import { Refusal } from '../../refusal';
import type { Scope } from '../../scope';
import { closingNow } from '../../settings/closing';
import { CORRECTION, correctionOf, type CorrectionRow } from './corrections';
import { daysOf } from './days';

/** A correction of three days reaches at most two days before or after. */
const AROUND = 2;

/** @throws Refusal `not_found` for somebody who never worked here */
export async function personDays(scope: Scope, personId: string, date: string): Promise<PersonDays> {
  const { d1 } = scope;
  const [from, to] = [addDays(date, -AROUND), addDays(date, AROUND)];
  const [people, waiting] = await d1.batch([
    d1
      .prepare(
        `SELECT id, name, email, staff_number AS staffNumber FROM people
         WHERE id = ?1 AND EXISTS (SELECT 1 FROM terms WHERE person_id = ?1)`,
      )
      .bind(personId),
    d1
      .prepare(
        `${CORRECTION} WHERE corrections.person_id = ?1 AND state = 'pending' AND from_date <= ?3 AND to_date >= ?2
         ORDER BY requested_at LIMIT 1`,
      )
      .bind(personId, date, date),
  ]);
  const [person] = rowsOf<PersonDays['person']>(people);
  const seen =
    person && (await ask(d1, daysOf(d1, [{ personId, from, to }], scope.env.WORKPLACE_ZONE))).get(personId);
  if (!seen) throw new Refusal('not_found');
  const { roster, days } = seen;
  const now = scope.now();
  const zone = days.find(({ record }) => record.workDate === date)?.record.zone;
  const dates = Array.from({ length: 2 * AROUND + 1 }, (_, index) => addDays(from, index));
  const [pending = null] = rowsOf<CorrectionRow>(waiting).map((row): Correction => correctionOf(row));
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
    closedThrough: (await closingNow(scope)).through,
  };
}
