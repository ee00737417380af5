/** Fixtures: people with shifts, and runs of the jobs. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import type { Bindings } from '../../../worker/bindings';
import type { Week, WeekShift } from '../../../worker/contract/schedules/schedules';
import { runJobs } from '../../../worker/jobs';
import { edged, insert, type Someone } from '../workplace';

export const day: WeekShift = { start: '08:00', end: '16:30', breakMinutes: 30 };
export const night: WeekShift = { start: '22:00', end: '06:00', breakMinutes: 45 };

/** These people have that shift from 2026 on, Monday to Friday or on all days. */
export async function follow(
  people: readonly Someone[],
  shift: WeekShift,
  { weekends = true }: { weekends?: boolean } = {},
): Promise<void> {
  const id = uuidv7();
  const week: Week = {
    days: Array.from({ length: 7 }, (_, weekday) => (weekends || weekday < 5 ? shift : null)),
    graceMinutes: null,
    earlyMinutes: 10,
    halfDayMinutes: 240,
  };
  const validFrom = '2026-01-01';
  await insert('schedules', { id, name: id });
  await insert('schedule_weeks', { schedule_id: id, valid_from: validFrom, week: JSON.stringify(week) });
  for (const { id: personId } of people) {
    await insert('assignments', { person_id: personId, valid_from: validFrom, schedule_id: id });
    await env.DB.prepare('UPDATE people SET created_at = 0 WHERE id = ?').bind(personId).run();
  }
}

/** Runs all jobs once at that moment, and waits for their deliveries. */
export async function jobsAt(now: number, bindings: Bindings = edged()): Promise<void> {
  const ctx = createExecutionContext();
  await runJobs(bindings, ctx, now);
  await waitOnExecutionContext(ctx);
}
