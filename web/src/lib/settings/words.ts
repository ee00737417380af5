/** Settings and schedules in words. */
import { lengthOf, type Week, type WeekShift } from '$contract/schedules/schedules';
import type { Settings } from '$contract/settings/settings';
import type { TriedDay } from '$contract/reports/trials';
import { statusWords } from '$lib/attendance/words';
import { dateWords, duration } from '$lib/times';
import { differenceOf, overtimeOf, type TriedPerson } from './Trial.svelte';

export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** "Mon 23 November 2026" */
export const dayOf = (date: string): string =>
  dateWords(date, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });

/** "22:00 to 06:00 next day", "Day off" */
export function shiftWords(shift: WeekShift | null | undefined): string {
  if (!shift) return 'Day off';
  return `${shift.start} to ${shift.end}${shift.end <= shift.start ? ' next day' : ''}`;
}

/** "38 h a week", without the breaks. */
export function hoursOf({ days }: Week): string {
  const minutes = days.reduce((sum, shift) => sum + (shift ? lengthOf(shift) - shift.breakMinutes : 0), 0);
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} min` : ''} a week`;
}

export const people = (count: number): string =>
  count === 0 ? 'Nobody' : count === 1 ? '1 person' : `${count} people`;

const minutes = (count: number): string => `${count} min`;

/** "Euro (EUR)" */
export const currencyWords = (code: string): string => {
  const name = currencyNames.of(code);
  return name === undefined || name === code ? code : `${name} (${code})`;
};
const currencyNames = new Intl.DisplayNames('en', { type: 'currency' });

/** Each setting in words, in the order of the form. */
const told: readonly [label: string, words: (settings: Settings) => string][] = [
  ['Name', ({ organisation }) => organisation],
  ['Time zone', ({ zone }) => zone],
  ['The day starts at', ({ dayStart }) => dayStart],
  ['Grace', ({ graceMinutes }) => minutes(graceMinutes)],
  ['Wait for a check-out', ({ checkOutWaitMinutes }) => minutes(checkOutWaitMinutes)],
  ['Work before the shift', ({ earlyArrival }) => (earlyArrival === 'counts' ? 'counts' : 'does not count')],
  [
    'Time beyond a break’s allowance',
    ({ overlongBreak }) => (overlongBreak === 'as_taken' ? 'is a break' : 'counts as work'),
  ],
  [
    'Automatic break deduction',
    ({ breakDeductions: tiers }) =>
      tiers.map((it) => `${minutes(it.minutes)} after ${minutes(it.afterMinutes)}`).join(', ') || 'none',
  ],
  ['Weekly limit', ({ weeklyLimitMinutes: limit }) => (limit === null ? 'none' : `${limit / 60} h`)],
  ['Overtime in steps of', ({ overtimeStepMinutes }) => minutes(overtimeStepMinutes)],
  [
    'Breaks',
    ({ breaks }) => breaks.map(({ name, minutes: most }) => `${name} ${minutes(most)}`).join(', ') || 'none',
  ],
  [
    'Who is at work is seen by',
    ({ boardVisibleTo }) => (boardVisibleTo === 'everyone' ? 'everyone' : 'supervisors and admins'),
  ],
  ['Photos at check-in', ({ checkInPhoto }) => (checkInPhoto === 'off' ? 'none' : 'optional')],
  ['Currency', ({ currency }) => currencyWords(currency)],
  ['Tax', ({ taxRate }) => `${taxRate / 100} %`],
  ['Prices', ({ taxIncluded }) => (taxIncluded ? 'tax included' : 'tax added')],
  ['Unpaid orders wait', ({ unpaidOrderMinutes }) => minutes(unpaidOrderMinutes)],
  [
    'Unpaid registrations wait',
    ({ unpaidRegistrationDays: days }) => (days === 1 ? '1 day' : `${days} days`),
  ],
];

/** What one version changes of the one before: "Grace: 5 min → 10 min". */
export function changesOf(before: Settings, after: Settings): { label: string; from: string; to: string }[] {
  return told
    .map(([label, words]) => ({ label, from: words(before), to: words(after) }))
    .filter(({ from, to }) => from !== to);
}

/** "+3 h 15 min", "−40 min", "no change". */
const difference = (ms: number): string =>
  ms === 0 ? 'no change' : `${ms > 0 ? '+' : '−'}${duration(Math.abs(ms))}`;

const counted = (count: number, one: string): string => `${count} ${count === 1 ? one : `${one}s`}`;

/** "In October 2026 this would have changed 41 days of 12 people: worked −40 min, overtime +3 h 15 min in all." */
export function trialWords(month: string, days: readonly TriedDay[]): string {
  if (days.length === 0) return `In ${month} this would have changed nothing.`;
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
