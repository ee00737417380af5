/** Dates on which no one is expected. */
import type { Holiday, Holidays } from '../contract/schedules/schedules';
import { ask, type Fact, map, query, row, rows } from '../db/queries';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { everyonesRosterUpdated, planChanged } from '../settings/plan';

/** The holidays of a span of dates, both included, in order. */
export const holidaysIn = ({ d1 }: Scope, from: string, to: string): Promise<Holidays> =>
  ask(
    d1,
    map(
      rows<Holiday>(d1, 'SELECT date, name FROM holidays WHERE date BETWEEN ?1 AND ?2 ORDER BY date', [
        from,
        to,
      ]),
      (holidays) => ({ holidays }),
    ),
  );

/**
 * Makes a date a holiday, or gives it another name.
 * @throws Refusal `period_closed`, `changed_meanwhile`
 */
export const setHoliday = (scope: Scope, holiday: Holiday): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(holiday.date),
    action: 'holiday.set',
    facts: (d1) => holidayOn(d1, holiday.date),
    decide: (before, _me, now) => ({
      write: before
        ? query('UPDATE holidays SET name = ?2 WHERE date = ?1 AND name = ?3', [
            holiday.date,
            holiday.name,
            before.name,
          ])
        : query('INSERT INTO holidays (date, name) VALUES (?1, ?2)', [holiday.date, holiday.name]),
      before,
      after: holiday,
      onlyIf: openOn(holiday.date),
      publish: everyonesRosterUpdated,
      also: planChanged.ask(now),
    }),
  });

/** Makes a date an ordinary day again. @throws Refusal `not_found`, `period_closed`, `changed_meanwhile` */
export const dropHoliday = (scope: Scope, date: string): Promise<Answer> =>
  scope.commit({
    subject: subjectOf(date),
    action: 'holiday.dropped',
    facts: (d1) => holidayOn(d1, date),
    decide(before, _me, now) {
      if (!before) throw new Refusal('not_found');
      return {
        write: query('DELETE FROM holidays WHERE date = ?1 AND name = ?2', [date, before.name]),
        before,
        after: null,
        onlyIf: openOn(date),
        publish: everyonesRosterUpdated,
        also: planChanged.ask(now),
      };
    },
  });

const subjectOf = (date: string) => `holiday/${date}`;

const holidayOn = (d1: D1Database, date: string): Fact<Holiday | null> =>
  map(row<Holiday>(d1, 'SELECT date, name FROM holidays WHERE date = ?1', [date]), (found) => found ?? null);
