/** The wait since payment, in words and as a colour. */
import type { Tone } from '$lib/ui/tone';

const MINUTE = 60_000;

/**
 * Longer than the average from order to release at ten large chains, 4 min 22 s (QSR Magazine and Intouch Insight, Annual
 * Drive-Thru Report 2023, reported by NACS on 1 March 2024): from here on guests look at the counter.
 */
export const WAITING_MS = 4 * MINUTE;
/** What guests call the ideal wait, 8 minutes (FoodserviceResults, asked 1,010 of them for QSR's report of 2022): from here on they mind. */
export const LATE_MS = 8 * MINUTE;

export type Patience = 'fresh' | 'waiting' | 'late';
export const patienceWords = {
  fresh: 'New',
  waiting: 'Waiting',
  late: 'Late',
} as const satisfies Record<Patience, string>;
export const patienceTone = {
  fresh: 'in',
  waiting: 'caution',
  late: 'danger',
} as const satisfies Record<Patience, Tone>;

/** @param ms since the payment */
export function patienceAt(ms: number): Patience {
  if (ms < WAITING_MS) return 'fresh';
  return ms < LATE_MS ? 'waiting' : 'late';
}

/** "just now", "1 minute", "4 minutes", "1 hour 5 min", "2 days": rounded down. */
export function ageWords(ms: number): string {
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return counted(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return counted(Math.floor(hours / 24), 'day');
  return minutes % 60 === 0 ? counted(hours, 'hour') : `${counted(hours, 'hour')} ${minutes % 60} min`;
}

const counted = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
