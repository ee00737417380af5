/** The list of people in pages, by name. */
import { inOrder, searchWords } from '../contract/search-key';
import type { Department, ListedPerson, PeoplePage } from '../contract/people/people';
import { ask, map, row, rows, together } from '../db/queries';
import { headsIn } from '../live/replay';
import { Refusal } from '../refusal';
import type { Scope } from '../scope';
import { PERSON, personOf, WORKS_HERE } from './people';
import { todayOf } from '../settings/plan';

/** The filter. An empty string matches all, but members appear only when `role` asks for them. */
export interface PeopleFilter {
  q: string;
  department: string;
  category: string;
  role: string;
  state: 'active' | 'inactive' | 'all';
  /** The last person of the previous page. */
  after?: string | undefined;
  limit: number;
}

type Row = Omit<ListedPerson, 'roles' | 'active'> & { roles: string; active: number };

/** SQL: the columns of a listed person. @param today and `now` are placeholders */
const listedAs = (today: string, now: string) => `${PERSON}, erased_at AS erasedAt,
  (SELECT CASE WHEN employed THEN NULL ELSE date(max(valid_from), '-1 day') END FROM terms WHERE person_id = people.id) AS lastDay,
  (SELECT schedules.name FROM assignments JOIN schedules ON schedules.id = schedule_id
   WHERE person_id = people.id AND valid_from <= ${today} ORDER BY valid_from DESC LIMIT 1) AS schedule,
  CASE WHEN EXISTS (SELECT 1 FROM accounts WHERE user_id = people.id AND password IS NOT NULL) THEN 'password'
       WHEN EXISTS (SELECT 1 FROM invitations WHERE person_id = people.id AND used_at IS NULL AND expires_at > ${now})
       THEN 'invited' ELSE 'none' END AS access`;

/** SQL: the text to search, also before the job has written `search` (search.ts). */
const SEARCH = `coalesce(search, lower(name || ' ' || email || ' ' || coalesce(department, '') || ' ' || coalesce(position, '')))`;

const MATCHES = `NOT EXISTS (SELECT 1 FROM json_each(?1) WHERE instr(${SEARCH}, value) = 0)
  AND (?2 = '' OR department = ?2) AND (?3 = '' OR category = ?3)
  AND CASE ?4 WHEN '' THEN ${WORKS_HERE} ELSE EXISTS (SELECT 1 FROM json_each(roles) WHERE value = ?4) END
  AND (?5 = 'all' OR active = (?5 = 'active'))`;

/** @param sought.after the last person on the page before; if there is no such person, the list starts again */
export async function listPeople(
  scope: Scope,
  { after, limit, ...sought }: PeopleFilter,
): Promise<PeoplePage> {
  const { d1 } = scope;
  const where = [
    JSON.stringify(searchWords(sought.q)),
    sought.department,
    sought.category,
    sought.role,
    sought.state,
  ];
  const { at, people, total, departments, categories } = await ask(
    d1,
    together({
      at: headsIn(d1, 'admin.employees'),
      people: rows<Row>(
        d1,
        `SELECT ${listedAs('?7', '?8')}
         FROM people WHERE ${MATCHES} AND (?6 = '' OR (sort_key, id) >
           (SELECT last.sort_key, last.id FROM people AS last WHERE last.id = ?6))
         ORDER BY sort_key, id LIMIT ?9`,
        [...where, after ?? '', todayOf(scope.me, scope.now()), scope.now(), limit + 1],
      ),
      total: map(
        row<{ total: number }>(d1, `SELECT count(*) AS total FROM people WHERE ${MATCHES}`, where),
        (counted) => counted?.total ?? 0,
      ),
      departments: rows<Department>(d1, 'SELECT id, name FROM departments'),
      categories: rows<{ word: string }>(
        d1,
        'SELECT DISTINCT category AS word FROM people WHERE category IS NOT NULL',
      ),
    }),
  );
  return {
    at,
    now: scope.now(),
    people: people.slice(0, limit).map((it) => personOf(it)),
    total,
    more: people.length > limit,
    departments: departments.sort((a, b) => inOrder(a.name, b.name)),
    categories: categories.map(({ word }) => word).sort(inOrder),
  };
}

/** @throws Refusal `not_found` */
export async function listedPerson(scope: Scope, id: string): Promise<ListedPerson> {
  const row = await scope.d1
    .prepare(`SELECT ${listedAs('?2', '?3')} FROM people WHERE id = ?1`)
    .bind(id, todayOf(scope.me, scope.now()), scope.now())
    .first<Row>();
  if (!row) throw new Refusal('not_found');
  return personOf(row);
}
