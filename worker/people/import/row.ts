/** Parses a line of a file to a person, or to issues whose words follow the name of the field. */
import * as v from 'valibot';
import { type ImportReport, type ImportRow, NewPerson } from '../../contract/people/people';
import { Role } from '../../contract/roles';

export type Issue = ImportReport['rows'][number]['issues'][number];

export interface Reading {
  line: number;
  seenAt: number | undefined;
  person: NewPerson | undefined;
  /** Whether the line names roles; without roles the person is an employee. */
  namesRoles: boolean;
  issues: Issue[];
}

export function reading({ line, seenAt, roles, ...row }: ImportRow): Reading {
  const named = [...new Set(roles.toLowerCase().match(/\p{L}+/gu))].filter((word) => word !== 'and');
  const wrong = wrongRoles(named);
  const result = v.safeParse(NewPerson, {
    id: row.id,
    name: row.name,
    email: row.email,
    department: row.department.trim() || null,
    position: row.position.trim() || null,
    category: row.category.trim() || null,
    zone: null,
    staffNumber: row.staffNumber.trim() || null,
    firstDay: isoDate(row.firstDay.trim()) || undefined,
    roles: named.length > 0 && !wrong ? named : ['employee'],
  });
  const issues = [...firstOfEach(result.issues ?? []), ...(wrong ? [wrong] : [])];
  const person = result.success && !wrong ? result.output : undefined;
  return { line, seenAt, person, namesRoles: named.length > 0, issues };
}

/** The first issue of each field. */
function firstOfEach(issues: readonly v.InferIssue<typeof NewPerson>[]): Issue[] {
  const byField = new Map<string, string>();
  for (const { path, message, input } of issues) {
    const key = path?.[0]?.key;
    const field = typeof key === 'string' ? key : 'row';
    if (!byField.has(field)) byField.set(field, withValue(message, input));
  }
  return [...byField].map(([field, message]) => ({ field, message }));
}

/** Roles of people who work here; members join by registering. */
const importable = Role.options.filter((role) => role !== 'member');

function wrongRoles(named: readonly string[]): Issue | undefined {
  const unknown = named.find((word) => !importable.some((role) => role === word));
  if (unknown === undefined) return undefined;
  const choices = `${importable.slice(0, -1).join(', ')} or ${importable.at(-1) ?? ''}`;
  return { field: 'roles', message: `must be ${choices}, not ${quoted(unknown)}` };
}

/** Adds a short value to the message, so that the reader finds the cell. */
function withValue(message: string, input: unknown): string {
  if (typeof input !== 'string') return message;
  if (input.trim() === '') return 'must not be empty';
  const showable = input.length <= 60 && message.startsWith('must be ');
  return showable ? `${message}, not ${quoted(input.trim())}` : message;
}

const quoted = (text: string): string => `“${text}”`;

/** Accepts 2026-11-21, 21.11.2026, and 21/11/2026 if unambiguous; other text is returned unchanged. */
function isoDate(text: string): string {
  const [, year, month, day] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(text) ?? [];
  if (year && month && day) return dateOf(year, month, day);
  const [, first, sign, second, last] = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/.exec(text) ?? [];
  if (!first || !second || !last) return text;
  if (sign === '.' || Number(first) > 12 || first === second) return dateOf(last, second, first);
  return Number(second) > 12 ? dateOf(last, first, second) : text;
}

const dateOf = (year: string, month: string, day: string): string =>
  `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
