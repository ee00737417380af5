/** Days on which nobody is expected. */
import { and, between, eq } from 'drizzle-orm';
import type { Holiday, Holidays } from '../contract/schedules/schedules';
import { holidays } from '../db/schema';
import type { Answer } from '../live/commit';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { openOn } from '../settings/closing';
import { everyonesRosterUpdated, planChanged } from '../settings/plan';

/** Those of a span of dates, both included, in their order. */
export async function holidaysIn(scope: Scope, from: string, to: string): Promise<Holidays> {
  const rows = await scope.db.query.holidays.findMany({
    where: between(holidays.date, from, to),
    orderBy: holidays.date,
  });
  return { holidays: rows };
}

/**
 * Makes a date a holiday, or gives it another name.
 * @throws Refusal `period_closed`, `changed_meanwhile`
 */
export async function setHoliday(scope: Scope, holiday: Holiday): Promise<Answer> {
  const before = await find(scope, holiday.date);
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: before
          ? scope.db.update(holidays).set({ name: holiday.name }).where(unchanged(before))
          : scope.db.insert(holidays).values(holiday),
        action: 'holiday.set',
        subject: subjectOf(holiday.date),
        before,
        after: holiday,
        onlyIf: openOn(holiday.date),
      },
    ],
    publish: everyonesRosterUpdated,
    also: planChanged.ask(scope),
  });
  if (!answer) throw new Refusal('changed_meanwhile');
  return answer;
}

/** Makes a date an ordinary day again. @throws Refusal `not_found`, `period_closed`, `changed_meanwhile` */
export async function dropHoliday(scope: Scope, date: string): Promise<Answer> {
  const before = await find(scope, date);
  // Tried even when nothing was found: the key of a repeated request knows the first answer.
  const answer = await scope.attempt({
    at: scope.now(),
    changes: [
      {
        write: scope.db.delete(holidays).where(unchanged(before ?? { date, name: '' })),
        action: 'holiday.dropped',
        subject: subjectOf(date),
        before,
        after: null,
        onlyIf: openOn(date),
      },
    ],
    publish: everyonesRosterUpdated,
    also: planChanged.ask(scope),
  });
  if (answer) return answer;
  throw new Refusal(before ? 'changed_meanwhile' : 'not_found');
}

/** What the journal calls a holiday. */
const subjectOf = (date: string) => `holiday/${date}`;

/** SQL: the holiday is still as it was read. */
const unchanged = ({ date, name }: Holiday) => and(eq(holidays.date, date), eq(holidays.name, name));

async function find(scope: Scope, date: string): Promise<Holiday | null> {
  return (await scope.db.query.holidays.findFirst({ where: eq(holidays.date, date) })) ?? null;
}
