/** The rows that a roster is computed from. */
import * as v from 'valibot';
import type { Term } from '../contract/people/people';
import { Week } from '../contract/schedules/schedules';
import { parseSettings, type Settings, type SettingsVersion } from '../contract/settings/settings';
import { type Fact, rowsOf } from '../db/queries';

/** Settings, holidays, weeks, assignments and terms of a span of dates; lists are in the order of `validFrom`. */
export interface RosterRows {
  versions: readonly Version[];
  /** Names by local date. */
  holidays: ReadonlyMap<string, string>;
  /** By schedule. */
  weeks: ReadonlyMap<string, readonly WeekFrom[]>;
  /** By person. */
  assignments: ReadonlyMap<string, readonly Assignment[]>;
  /** By person. */
  terms: ReadonlyMap<string, readonly Term[]>;
  /** The settings before the first version. */
  initial: Settings;
}

interface Version extends SettingsVersion {
  /** The start of `validFrom` in the zone that the version names. */
  appliesAt: number;
}

export interface WeekFrom {
  validFrom: string;
  week: Week;
}

interface Assignment {
  person: string;
  schedule: string | null;
  validFrom: string;
}

export interface Span {
  /** Local dates, both included. */
  from: string;
  to: string;
  /** Reads terms and assignments of these people only. */
  people?: readonly string[];
}

/** The rows of a span of dates. @param zone the zone that holds before the first settings */
export const rosterRows = (d1: D1Database, span: Span, zone: string): Fact<RosterRows> => ({
  statements: statementsOf(d1, span),
  read: (results) => parseRows(results, zone),
});

function statementsOf(db: D1Database, { from, to, people }: Span): D1PreparedStatement[] {
  const whose = people === undefined ? '' : 'AND person_id IN (SELECT value FROM json_each(?3))';
  const bound = people === undefined ? [from, to] : [from, to, JSON.stringify(people)];
  return [
    db.prepare(
      'SELECT valid_from AS validFrom, applies_at AS appliesAt, value FROM settings ORDER BY valid_from',
    ),
    db.prepare('SELECT date, name FROM holidays WHERE date BETWEEN ?1 AND ?2').bind(from, to),
    db.prepare(
      'SELECT schedule_id AS schedule, valid_from AS validFrom, week FROM schedule_weeks ORDER BY valid_from',
    ),
    // With max() SQLite takes the other columns from the same row: the assignment in force at the span's start.
    db
      .prepare(
        `SELECT person_id AS person, schedule_id AS schedule, max(valid_from) AS validFrom FROM assignments
         WHERE valid_from <= ?1 ${whose} GROUP BY person_id
         UNION ALL SELECT person_id, schedule_id, valid_from FROM assignments
         WHERE valid_from > ?1 AND valid_from <= ?2 ${whose} ORDER BY 3`,
      )
      .bind(...bound),
    db
      .prepare(
        `SELECT person, validFrom, employed, departmentId, departments.name AS department, position, category, zone, weeklyMinutes
         FROM (
           SELECT person_id AS person, max(valid_from) AS validFrom, ${TERM} FROM terms
           WHERE valid_from <= ?1 ${whose} GROUP BY person_id
           UNION ALL SELECT person_id, valid_from, ${TERM} FROM terms WHERE valid_from > ?1 AND valid_from <= ?2 ${whose})
         LEFT JOIN departments ON departments.id = departmentId ORDER BY 2`,
      )
      .bind(...bound),
  ];
}
const TERM =
  'employed, department_id AS departmentId, position, category, zone, weekly_minutes AS weeklyMinutes';

function parseRows(results: readonly D1Result[], zone: string): RosterRows {
  const [settings, holidays, weeks, assignments, terms] = results;
  return {
    versions: rowsOf<Omit<Version, 'settings'> & { value: string }>(settings).map(({ value, ...row }) => ({
      ...row,
      settings: parseSettings(value, zone),
    })),
    holidays: new Map(rowsOf<{ date: string; name: string }>(holidays).map(({ date, name }) => [date, name])),
    weeks: Map.groupBy(
      rowsOf<{ schedule: string; validFrom: string; week: string }>(weeks).map(({ week, ...row }) => ({
        ...row,
        week: v.parse(Week, JSON.parse(week)),
      })),
      ({ schedule }) => schedule,
    ),
    assignments: Map.groupBy(rowsOf<Assignment>(assignments), ({ person }) => person),
    terms: Map.groupBy(
      rowsOf<Omit<PersonTerm, 'employed'> & { employed: number }>(terms).map((row) => ({
        ...row,
        employed: row.employed === 1,
      })),
      ({ person }) => person,
    ),
    initial: parseSettings(null, zone),
  };
}

type PersonTerm = Term & { person: string };
