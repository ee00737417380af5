/** Schedules, their followers and settings as rows, and the roster that they make. */
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { Week, WeekShift } from '../../../worker/contract/schedules/schedules';
import { defaultSettings, type Settings } from '../../../worker/contract/settings/settings';
import { instantOf } from '../../../worker/contract/zones';
import { ask } from '../../../worker/db/queries';
import { type Roster, rosterOf } from '../../../worker/schedules/roster';
import { insert, someone } from '../workplace';

export const BERLIN = 'Europe/Berlin';
/** 2026-06-08 is a Monday; Berlin's clocks change on 2026-03-29 and 2026-10-25. */
export const at = (iso: string) => Date.parse(iso);

export const shift = (start: string, end: string, breakMinutes = 0): WeekShift => ({
  start,
  end,
  breakMinutes,
});
export const everyDay = (it: WeekShift | null): Week => ({
  days: Array.from({ length: 7 }, () => it),
  graceMinutes: null,
  earlyMinutes: 10,
  halfDayMinutes: 240,
});
export const day = everyDay(shift('08:00', '16:30', 30));
export const night = everyDay(shift('22:00', '06:00', 45));

export async function schedule(weeks: Record<string, Week>): Promise<string> {
  const id = uuidv7();
  await insert('schedules', { id, name: id });
  for (const [validFrom, week] of Object.entries(weeks))
    await insert('schedule_weeks', { schedule_id: id, valid_from: validFrom, week: JSON.stringify(week) });
  return id;
}

/** A person with these schedules by date, and their own zone, if any. */
export async function employed(
  follows: Record<string, string | null>,
  zone: string | null = null,
): Promise<string> {
  const { id } = await someone({ ...(zone !== null && { zone }) });
  for (const [validFrom, scheduleId] of Object.entries(follows))
    await insert('assignments', { person_id: id, valid_from: validFrom, schedule_id: scheduleId });
  return id;
}

export const following = async (week: Week, zone: string | null = null) =>
  employed({ '2026-01-01': await schedule({ '2026-01-01': week }) }, zone);

export async function set(validFrom: string, change: Partial<Settings>): Promise<void> {
  const value: Settings = { ...defaultSettings(BERLIN), ...change };
  const appliesAt = instantOf(value.zone, validFrom, '00:00');
  await insert('settings', { valid_from: validFrom, applies_at: appliesAt, value: JSON.stringify(value) });
}

export const read = (from: string, to: string, person?: string): Promise<Roster> =>
  ask(env.DB, rosterOf(env.DB, { from, to, ...(person !== undefined && { people: [person] }) }, BERLIN));

/** Call it in `beforeEach`. */
export const noRules = () =>
  env.DB.batch(['settings', 'holidays'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
