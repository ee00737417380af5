/**
 * How often people came to ended sessions, by person, group or course. Excused absences do not count. A host sees their own
 * sessions; a person who reads reports sees all.
 */
import * as v from 'valibot';
import { byName } from '../../contract/search-key';
import { can } from '../../contract/roles';
import { type Trend, Trends } from '../../contract/sessions/sheet/sheets';
import { Id, LocalDate } from '../../contract/values';
import { ask, rows, together } from '../../db/queries';
import type { Scope } from '../../scope';

/** Local dates `from` … `to`, both included. */
export const TrendsQuery = v.strictObject({
  from: LocalDate,
  to: LocalDate,
  by: v.optional(Trends.entries.by, 'person'),
  course: v.optional(Id),
  group: v.optional(Id),
});
export type TrendsQuery = v.InferOutput<typeof TrendsQuery>;

/**
 * SQL: each mark with its person, the session's course, and the session's groups that the person was in. The sessions of the dates
 * come first, by their index.
 */
const MARKS = `FROM live_sessions AS s INDEXED BY live_sessions_by_date CROSS JOIN session_attendance AS a ON a.session_id = s.id AND s.state = 'completed' AND s.work_date BETWEEN ?1 AND ?2
    AND (?3 = '' OR s.course_id = ?3)
    AND (?5 OR EXISTS (SELECT 1 FROM session_hosts AS h WHERE h.session_id = s.id AND h.person_id = ?6))
  JOIN people AS p ON p.id = a.person_id
  LEFT JOIN session_groups AS g ON g.session_id = s.id AND EXISTS (SELECT 1 FROM group_members AS m
    WHERE m.group_id = g.group_id AND m.person_id = a.person_id AND m.since <= s.starts_at
      AND (m.until IS NULL OR m.until > s.starts_at))
  WHERE (?4 = '' OR g.group_id = ?4)`;

const COUNTS = `count(DISTINCT CASE WHEN a.status <> 'excused' THEN s.id || p.id END) AS counted,
  count(DISTINCT CASE WHEN a.status IN ('present', 'late') THEN s.id || p.id END) AS came,
  count(DISTINCT CASE WHEN a.status = 'late' THEN s.id || p.id END) AS late,
  count(DISTINCT CASE WHEN a.status = 'excused' THEN s.id || p.id END) AS excused,
  count(DISTINCT CASE WHEN a.status = 'absent' THEN s.id || p.id END) AS absent`;

const NAMED = {
  person: { id: 'p.id', name: 'p.name', threshold: '(SELECT threshold FROM courses WHERE id = ?3)' },
  group: {
    id: 'g.group_id',
    name: '(SELECT name FROM groups WHERE id = g.group_id)',
    threshold: '(SELECT threshold FROM courses WHERE id = ?3)',
  },
  course: {
    id: 's.course_id',
    name: '(SELECT name FROM courses WHERE id = s.course_id)',
    threshold: '(SELECT threshold FROM courses WHERE id = s.course_id)',
  },
} as const satisfies Record<Trends['by'], object>;

type TrendRow = Omit<Trend, 'below'> & { threshold: number | null };
type CountedSession = Trends['sessions'][number];

/** By name. The threshold is a course's own; people and groups are compared with the filter's course, if there is one. */
export async function trends(
  { d1, me }: Scope,
  { from, to, by, course = '', group = '' }: TrendsQuery,
): Promise<Trends> {
  const { id, name, threshold } = NAMED[by];
  const all = can(me, 'reports.read') ? 1 : 0;
  const read = <Row>(sql: string) => rows<Row>(d1, sql, [from, to, course, group, all, me.id]);
  const { found, sessions } = await ask(
    d1,
    together({
      found:
        read<TrendRow>(`SELECT ${id} AS id, ${name} AS name, ${threshold} AS threshold, ${COUNTS} ${MARKS}
          AND ${id} IS NOT NULL GROUP BY ${id}`),
      sessions: read<CountedSession>(`SELECT s.id, s.title, s.starts_at AS startsAt, ${COUNTS} ${MARKS}
          GROUP BY s.id ORDER BY s.starts_at, s.id LIMIT 500`),
    }),
  );
  return {
    by,
    rows: byName(found, (row) => row.id).map(({ threshold: required, ...row }) => ({
      ...row,
      below: required === null || row.counted === 0 ? null : row.came * 100 < required * row.counted,
    })),
    sessions: sessions.map((it) => ({
      id: it.id,
      title: it.title,
      startsAt: it.startsAt,
      counted: it.counted,
      came: it.came,
    })),
  };
}
