/** The sums of a day: worked + breaks + deducted + uncounted = from check-in to check-out. */
import type { DayOutcome } from '$contract/attendance/day';
import { duration } from '$lib/times';

export type Parts = Pick<DayOutcome, 'spanMs' | 'breakMs' | 'deductedMs' | 'uncountedMs' | 'workedMs'>;

export const sumOf = (days: readonly Parts[]): Parts => ({
  spanMs: total(days, 'spanMs'),
  breakMs: total(days, 'breakMs'),
  deductedMs: total(days, 'deductedMs'),
  uncountedMs: total(days, 'uncountedMs'),
  workedMs: total(days, 'workedMs'),
});

const total = (days: readonly Parts[], part: keyof Parts): number =>
  days.reduce((sum, day) => sum + day[part], 0);

/** Empty if all time except the breaks counts. */
export function partWords({ spanMs, breakMs, deductedMs, uncountedMs }: Parts): string[] {
  if (deductedMs === 0 && uncountedMs === 0) return [];
  return [
    `${duration(spanMs)} from check-in to check-out`,
    ...(breakMs > 0 ? [`${duration(breakMs)} of breaks`] : []),
    ...(deductedMs > 0 ? [`${duration(deductedMs)} break deducted automatically`] : []),
    ...(uncountedMs > 0 ? [`${duration(uncountedMs)} before the shift not counted`] : []),
  ];
}
