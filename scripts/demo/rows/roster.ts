/** Settings, holiday, schedules and assignments, valid from before the demo's first day. */
import type { Database } from '../../migrate.ts';
import type { Demo } from '../demo.ts';
import { idAt } from '../ids.ts';
import { insert } from '../insert.ts';
import { planOf, weekOf } from '../schedules.ts';
import { settingsOf } from '../settings.ts';

export async function insertRoster(db: Database, { people, calendar }: Demo): Promise<void> {
  const validFrom = calendar.dates[0]?.subtract({ days: 14 }).toString() ?? '';
  const appliesAt = calendar.at(validFrom, 0);
  const scheduleId = (name: string): string => idAt(appliesAt, 'schedule', name);
  const plans = [...new Map(people.map((person) => [planOf(person).name, planOf(person)])).values()];
  const value = JSON.stringify(settingsOf(calendar.zone));
  await insert(db, 'settings', 'valid_from applies_at value', [{ validFrom, appliesAt, value }]);
  const holiday = { date: calendar.holiday.toString(), name: 'Clinic anniversary' };
  await insert(db, 'holidays', 'date name', [holiday]);
  const schedules = plans.map(({ name }) => ({ id: scheduleId(name), name }));
  await insert(db, 'schedules', 'id name', schedules);
  const weeks = plans.map((plan) => ({
    scheduleId: scheduleId(plan.name),
    validFrom,
    week: JSON.stringify(weekOf(plan, calendar.shift)),
  }));
  await insert(db, 'schedule_weeks', 'schedule_id valid_from week', weeks);
  const assignments = people.map((person) => ({
    personId: person.id,
    validFrom,
    scheduleId: scheduleId(planOf(person).name),
  }));
  await insert(db, 'assignments', 'person_id valid_from schedule_id', assignments);
}
