/** Reads the journal in pages, newest first. */
import * as v from 'valibot';
import type { JournalEntry, JournalPage } from '../contract/journal/journal';
import { ask, rows, together } from '../db/queries';
import type { Scope } from '../scope';
import { spanOf, startOf } from '../contract/zones';
import { parsed, withArchived, withinFiles } from './contents';
import { latestSeal } from './chain';
import { ACTIONS, type JournalFilter, matching, namedIn, STEP, stepOf } from './search';

const PAGE = 50;

interface Row {
  id: number;
  at: number;
  actor: string | null;
  actorName: string | null;
  action: string;
  subject: string;
  about: string | null;
  before: string | null;
  after: string | null;
  archived: number | null;
  erasure: number | null;
}

/** SQL: the name of what an entry is about: a sale, product, package, place or screen, else a person, also an erased one. */
const ABOUT = `CASE
  WHEN subject LIKE 'order/%' THEN (SELECT iif(number IS NULL, 'without a number of ', printf('%03d of ', number)) || date FROM sales WHERE id = substr(subject, 7, 36))
  WHEN subject LIKE 'registration/%' THEN (SELECT name FROM registrants WHERE sale_id = substr(subject, 14, 36))
  WHEN subject LIKE 'product/%' OR subject LIKE 'package/%' OR subject LIKE 'place/%' OR subject LIKE 'display/%' THEN
    coalesce(after ->> 'name', (SELECT name FROM products WHERE id = after ->> 'productId'))
  ELSE (SELECT name FROM people WHERE id = CASE WHEN subject LIKE 'person/%' THEN substr(subject, 8)
    ELSE coalesce(after ->> 'personId', before ->> 'personId',
      (SELECT substr(list.subject, 8) FROM journal AS list WHERE list.id = erasure)) END)
  END`;

/** One page, or with a text one step of a search. Its cost does not grow with the journal's age. */
export async function readJournal(scope: Scope, filter: JournalFilter): Promise<JournalPage> {
  const { d1, env } = scope;
  const { zone } = scope.me.settings;
  const span = {
    since: filter.from ? startOf(zone, filter.from) : 0,
    until: filter.to ? spanOf(zone, filter.to).to : null,
  };
  const { where, params } = matching(filter, span, ABOUT);
  const { step, found, actions, people } = await ask(
    d1,
    together({
      step: stepOf(d1, filter, span),
      found: rows<Row>(
        d1,
        `WITH ${STEP} SELECT journal.id, journal.at, actor, who.name AS actorName, action, subject, ${ABOUT} AS about, before, after, archived, erasure
         FROM journal LEFT JOIN people AS who ON who.id = actor LEFT JOIN seals ON seals.entry = journal.id
           LEFT JOIN erased_entries ON erased_entries.entry = journal.id
         WHERE ${where} ORDER BY journal.id DESC LIMIT ${PAGE + 1}`,
        params,
      ),
      actions: rows<{ action: string }>(d1, ACTIONS),
      people: namedIn(d1, filter),
    }),
  );
  const page = withinFiles(found.slice(0, PAGE));
  const entries = await namedByContents(d1, await withArchived(env, page));
  const last = found.length > page.length ? page.at(-1)?.id : undefined;
  return {
    entries: entries.map(entryOf),
    next: last ?? step.next,
    searchedTo: last === undefined && filter.q.trim() !== '' ? step.searchedTo : null,
    people,
    actions: actions.map(({ action }) => action),
    zone,
    seal: await latestSeal(d1),
  };
}

/** The people whom only contents from R2 name: the query that found the rows could not read them. */
async function namedByContents(d1: D1Database, entries: readonly Row[]): Promise<readonly Row[]> {
  const nameless = ({ about, archived, erasure }: Row) =>
    about === null && archived === 1 && erasure === null;
  const ids = entries.filter(nameless).flatMap((row) => personIn(row) ?? []);
  if (ids.length === 0) return entries;
  const { results } = await d1
    .prepare('SELECT id, name FROM people WHERE id IN (SELECT value FROM json_each(?1))')
    .bind(JSON.stringify(ids))
    .all<{ id: string; name: string }>();
  const names = new Map(results.map(({ id, name }) => [id, name]));
  return entries.map((row) =>
    nameless(row) ? { ...row, about: names.get(personIn(row) ?? '') ?? null } : row,
  );
}

const WithPerson = v.looseObject({ personId: v.string() });

const personIn = ({ before, after }: Row): string | undefined =>
  [after, before].map(parsed).find((its) => v.is(WithPerson, its))?.personId;

function entryOf({
  actor,
  actorName,
  before,
  after,
  archived: _archived,
  erasure,
  ...row
}: Row): JournalEntry {
  return {
    ...row,
    erased: erasure !== null,
    actor: actor === null ? null : { id: actor, name: actorName ?? 'Former person' },
    before: parsed(before),
    after: parsed(after),
  };
}
