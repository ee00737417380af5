import type { DayStatus } from '$contract/attendance/attendance';
import type { Tone } from '$lib/ui/tone';

/** The colour beside a status's words. */
export const statusTone: Record<DayStatus, Tone> = {
  pending: 'plain',
  present: 'in',
  late: 'caution',
  half_day: 'caution',
  left_early: 'caution',
  absent: 'danger',
  excused: 'out',
  on_leave: 'out',
};
