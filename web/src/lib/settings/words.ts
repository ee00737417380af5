/** Settings in words. */
import type { Settings } from '$contract/settings/settings';
import { dateWords } from '$contract/zones';
import { Amounts } from '$lib/money';

/** "Mon 23 November 2026" */
export const dayOf = (date: string): string =>
  dateWords(date, { weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' });

export const people = (count: number): string =>
  count === 0 ? 'No one' : count === 1 ? '1 person' : `${count} people`;

const minutes = (count: number): string => `${count} min`;

/** "Euro (EUR)" */
export const currencyWords = (code: string): string => {
  const name = currencyNames.of(code);
  return name === undefined || name === code ? code : `${name} (${code})`;
};
const currencyNames = new Intl.DisplayNames('en', { type: 'currency' });

/** Each setting in words, in the order of the form. */
const settingWords: readonly [label: string, words: (settings: Settings) => string][] = [
  ['Name', ({ organisation }) => organisation],
  ['Time zone', ({ zone }) => zone],
  ['The day starts at', ({ dayStart }) => dayStart],
  ['Grace', ({ graceMinutes }) => minutes(graceMinutes)],
  ['Wait for a check-out', ({ checkOutWaitMinutes }) => minutes(checkOutWaitMinutes)],
  [
    'Taps without network count',
    ({ offlineTapHours: hours }) => `for ${hours} ${hours === 1 ? 'hour' : 'hours'}`,
  ],
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
  ['Address on receipts', ({ sellerAddress }) => sellerAddress ?? 'none'],
  ['Tax number', ({ taxNumber }) => taxNumber ?? 'none'],
  ['Currency', ({ currency }) => currencyWords(currency)],
  ['Tax', ({ taxRate }) => `${taxRate / 100} %`],
  ['Prices', ({ taxIncluded }) => (taxIncluded ? 'tax included' : 'tax added')],
  ['Smallest coin', ({ smallestCoin, currency }) => new Amounts(currency).words(smallestCoin)],
  ['Tips', ({ tips }) => (tips ? 'asked for at the till' : 'not asked for')],
  ['A cashier may take off', ({ cashierDiscountPercent: most }) => `${most} %`],
  ['Unpaid orders wait', ({ unpaidOrderMinutes }) => minutes(unpaidOrderMinutes)],
  [
    'Unpaid registrations wait',
    ({ unpaidRegistrationDays: days }) => (days === 1 ? '1 day' : `${days} days`),
  ],
];

/** The changes of a version: "Grace: 5 min → 10 min". */
export function changesOf(before: Settings, after: Settings): { label: string; from: string; to: string }[] {
  return settingWords
    .map(([label, words]) => ({ label, from: words(before), to: words(after) }))
    .filter(({ from, to }) => from !== to);
}
