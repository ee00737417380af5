/** The result of a trial in words. */
import type { TriedDay } from '$contract/reports/trials';
import { statusWords } from '$lib/attendance/words';
import { people } from '$lib/settings/words';
import { duration } from '$lib/times';
import { differenceOf, overtimeOf, type TriedPerson } from './Trial.svelte';

/** "+3 h 15 min", "−40 min", "no change". */
const difference = (ms: number): string =>
  ms === 0 ? 'no change' : `${ms > 0 ? '+' : '−'}${duration(Math.abs(ms))}`;

const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** "In October 2026 this would have changed 41 days of 12 people: worked −40 min, overtime +3 h 15 min in all." */
export function trialWords(month: string, days: readonly TriedDay[]): string {
  if (days.length === 0) return `In ${month}, nothing would have changed.`;
  const whose = new Set(days.map(({ personId }) => personId)).size;
  const sums = [
    `worked ${difference(differenceOf(days, ({ workedMs }) => workedMs))}`,
    `overtime ${difference(differenceOf(days, overtimeOf))}`,
  ].join(', ');
  return `In ${month} this would have changed ${counted(days.length, 'day')} of ${people(whose)}: ${sums} in all.`;
}

/** "3 days, worked −40 min, overtime no change" */
export const triedSums = ({ days, workedMs, overtimeMs }: TriedPerson): string =>
  `${counted(days.length, 'day')}, worked ${difference(workedMs)}, overtime ${difference(overtimeMs)}`;

const compared = [
  ['workedMs', 'worked'],
  ['breakMs', 'breaks'],
  ['deductedMs', 'deducted'],
  ['uncountedMs', 'not counted'],
  ['overtimeMs', 'overtime'],
  ['weekOvertimeMs', 'weekly overtime'],
  ['lateMs', 'late by'],
  ['earlyMs', 'early by'],
] as const;

/** "Late → Present; worked 8 h 10 min → 7 h 40 min" */
export function triedDayWords({ before, after }: TriedDay): string {
  const status =
    before.status === after.status ? [] : [`${statusWords(before.status)} → ${statusWords(after.status)}`];
  const sums = compared
    .filter(([key]) => before[key] !== after[key])
    .map(([key, words]) => `${words} ${duration(before[key])} → ${duration(after[key])}`);
  return [...status, ...sums].join('; ');
}
