/** A person's quiet hours: no device of theirs gets a push then. */
import type { QuietHours } from '../../contract/notifications/push';
import { clockIn } from '../../contract/zones';
import { type Fact, map, query, row } from '../../db/queries';
import type { Scope } from '../../scope';

/** By the wall clock, so that a change of the clocks moves nothing. @param at UTC epoch milliseconds */
export function isQuiet(quiet: QuietHours, zone: string, at: number): boolean {
  if (!quiet) return false;
  const { from, to } = quiet;
  const clock = clockIn(zone, at);
  return from < to ? from <= clock && clock < to : from <= clock || clock < to;
}

export const quietHoursOf = (d1: D1Database, person: string): Fact<QuietHours> =>
  map(
    row<NonNullable<QuietHours>>(
      d1,
      'SELECT from_time AS "from", to_time AS "to" FROM quiet_hours WHERE person_id = ?1',
      [person],
    ),
    (found) => found ?? null,
  );

/** @throws Refusal `changed_meanwhile`, `key_reused`, `unavailable` */
export async function setQuietHours(scope: Scope, quiet: QuietHours): Promise<QuietHours> {
  await scope.commitIfNeeded({
    subject: `preferences/${scope.me.id}`,
    action: 'preferences.quiet_hours_set',
    facts: quietHoursOf,
    decide(before, me) {
      if (JSON.stringify(before) === JSON.stringify(quiet)) return { unchanged: quiet };
      return {
        write: quiet
          ? query(
              `INSERT INTO quiet_hours (person_id, from_time, to_time) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET from_time = ?2, to_time = ?3`,
              [me.id, quiet.from, quiet.to],
            )
          : query('DELETE FROM quiet_hours WHERE person_id = ?1', [me.id]),
        before: { quiet: before },
        after: { quiet },
      };
    },
  });
  return quiet;
}
