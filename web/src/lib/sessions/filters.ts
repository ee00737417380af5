import { addDays } from '$contract/zones';
import { Id, LocalDate } from '$contract/values';
import * as v from 'valibot';
import type { ListQuery } from './Sessions.svelte';

/** Days that a list covers before and after today. */
const [BACK, ON] = [28, 180];
const List = v.object({
  from: v.fallback(v.optional(LocalDate), undefined),
  of: v.fallback(v.picklist(['mine', 'all']), 'mine'),
});

/** The query of the list of sessions in an address. */
export function listQuery(query: URLSearchParams, today: string): ListQuery {
  const { from, of } = v.parse(List, Object.fromEntries(query));
  const first = addDays(today, -BACK);
  return { from: from !== undefined && from < first ? from : first, to: addDays(today, ON), of };
}

/** The default length of a trend, weeks. */
const WEEKS = 8;
const TrendQuery = v.object({
  by: v.fallback(v.picklist(['person', 'group', 'course']), 'person'),
  from: v.fallback(v.optional(LocalDate), undefined),
  to: v.fallback(v.optional(LocalDate), undefined),
  course: v.fallback(v.optional(Id), undefined),
  group: v.fallback(v.optional(Id), undefined),
});

/** The query of trends in an address. Unknown parameters are ignored. */
export function trendsQuery(query: URLSearchParams, today: string) {
  const { by, from, to, course, group } = v.parse(TrendQuery, Object.fromEntries(query));
  const last = to ?? today;
  const first = from ?? addDays(last, -7 * WEEKS);
  return {
    by,
    from: first <= last ? first : last,
    to: last,
    ...(course && { course }),
    ...(group && { group }),
  };
}
