import type { SalesReport } from '$contract/sales/report/report';
import type { Amounts } from '$lib/money';
import { dateWords } from '$contract/zones';

/** Compares a day with the same weekday a week before, in words. */
export function compared(
  { revenue, lastWeek }: SalesReport,
  isToday: boolean,
  amounts: Amounts,
): { words: string; better: boolean | undefined } {
  const weekday = dateWords(lastWeek.date, { weekday: 'long' });
  const then = isToday ? lastWeek.untilNow : lastWeek.revenue;
  const more = revenue - then;
  const when = isToday ? `last ${weekday} at this time` : `the ${weekday} before`;
  if (more === 0) return { words: `Same as ${when}`, better: undefined };
  return {
    words: `${amounts.words(Math.abs(more))} ${more > 0 ? 'more' : 'less'} than ${when}`,
    better: more > 0,
  };
}
