import type { Personal } from '../people/erasure/personal';

/** Who followed which schedule stays: hours of past days are computed by it. */
export const schedulesPersonal: Pick<Personal, 'holds'> = {
  holds: {
    assignedSchedules: `SELECT valid_from, schedules.name AS schedule FROM assignments
      LEFT JOIN schedules ON schedules.id = schedule_id WHERE person_id = ?1`,
  },
};
