/**
 * Finds entries: by person, subject and action with an index, by text in steps. A step reads at most 31 days and `MOST` entries, so
 * that no search reads the whole journal.
 */
import { type Fact, known, map, row, rows, type Value } from '../db/queries';
import { searchWords } from '../contract/search-key';

const STEP_MS = 31 * 86_400_000;
/** About 0.1 s in D1. */
const MOST = 20_000;
/** Entries of one moment may be numbered in another order than their times, by the few seconds in which a commit tries again. */
const SLACK_MS = 3_600_000;
/** People that a text offers. */
const OFFERED = 5;

/** An empty string matches all. */
export interface JournalFilter {
  q: string;
  action: string;
  actor: string;
  subject: string;
  /** Local dates in the workplace's zone, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** `next` of the previous page. */
  before?: number | undefined;
}

/** Instants; `until` is excluded. */
interface Span {
  since: number;
  until: number | null;
}

/**
 * SQL: the numbers of the entries to read, both excluded. ?1: `next` of the page before; ?2 and ?3: the span; ?4: the most
 * milliseconds and ?5: entries to read, without a text null.
 */
export const STEP = `bounds AS MATERIALIZED (
    SELECT min(coalesce(?1, 9000000000000000), coalesce((SELECT id FROM journal WHERE at >= ?3 + ${SLACK_MS} ORDER BY at LIMIT 1), 9000000000000000)) AS upper,
      coalesce((SELECT id FROM journal WHERE at < ?2 - ${SLACK_MS} ORDER BY at DESC LIMIT 1), 0) AS first),
  newest AS MATERIALIZED (SELECT upper, first, (SELECT at FROM journal WHERE id < upper ORDER BY id DESC LIMIT 1) AS at,
    (SELECT id FROM journal WHERE id < upper ORDER BY id DESC LIMIT 1) AS id FROM bounds),
  step AS MATERIALIZED (SELECT upper, first, max(first, coalesce(id - ?5, 0),
    coalesce((SELECT id FROM journal WHERE at < newest.at - ?4 ORDER BY at DESC LIMIT 1), 0)) AS lower FROM newest)`;

const stepParams = ({ q, before }: JournalFilter, { since, until }: Span): Value[] =>
  q.trim() === ''
    ? [before ?? null, since, until, null, null]
    : [before ?? null, since, until, STEP_MS, MOST];

/** The rest of the search after this step, and the time of the oldest entry that it read. */
export const stepOf = (
  d1: D1Database,
  filter: JournalFilter,
  span: Span,
): Fact<{ next: number | null; searchedTo: number | null }> =>
  filter.q.trim() === ''
    ? known({ next: null, searchedTo: null })
    : map(
        row<{ next: number | null; searchedTo: number | null }>(
          d1,
          `WITH ${STEP} SELECT iif(lower > first, lower + 1, NULL) AS next,
             (SELECT at FROM journal WHERE id > lower ORDER BY id LIMIT 1) AS searchedTo FROM step`,
          stepParams(filter, span),
        ),
        (found) => found ?? { next: null, searchedTo: null },
      );

/**
 * SQL for the entries of `STEP` that match. Only what is asked for is part of it, so that its index is used.
 * @param about SQL for the name of what an entry is about
 */
export function matching(
  filter: JournalFilter,
  span: Span,
  about: string,
): { where: string; params: Value[] } {
  const { actor, subject, action } = filter;
  const params = stepParams(filter, span);
  const parts = [
    'journal.id < (SELECT upper FROM step) AND journal.id > (SELECT lower FROM step)',
    // The exact times of the few that the span of numbers leaves in doubt; in the order of numbers, not by the index of times.
    '+journal.at >= ?2 AND (?3 IS NULL OR journal.at < ?3)',
  ];
  const add = (value: string, part: (name: string) => string) => {
    const text = value.trim();
    if (text !== '') parts.push(part(`?${params.push(text)}`));
  };
  add(subject, (it) => `subject = ${it}`);
  add(actor, (it) => `${subject ? '+' : ''}actor = ${it}`);
  // A person has few entries, an action may have a million: `+` keeps the index of the latter out.
  add(action, (it) => `${subject || actor ? '+' : ''}action = ${it}`);
  add(
    filter.q,
    (it) =>
      `instr(lower(concat_ws(char(10), who.name, subject, action, before, after, ${about})), lower(${it})) > 0`,
  );
  return { where: parts.join(' AND '), params };
}

/** The people whom the text names, and the one whose entries are shown. */
export function namedIn(d1: D1Database, { q, actor }: JournalFilter): Fact<{ id: string; name: string }[]> {
  const words = searchWords(q);
  if (words.length === 0 && actor === '') return known([]);
  return rows(
    d1,
    `SELECT id, name FROM people WHERE id = ?1 OR (?2 <> '[]' AND NOT EXISTS (
       SELECT 1 FROM json_each(?2) WHERE instr(coalesce(people.search, ''), value) = 0))
     ORDER BY id <> ?1, sort_key LIMIT ${OFFERED}`,
    [actor, JSON.stringify(words)],
  );
}

/** SQL: all actions, each by one search of their index. */
export const ACTIONS = `WITH RECURSIVE actions (action) AS (
  SELECT min(action) FROM journal
  UNION ALL SELECT (SELECT min(action) FROM journal WHERE action > actions.action) FROM actions WHERE action IS NOT NULL)
  SELECT action FROM actions WHERE action IS NOT NULL`;
