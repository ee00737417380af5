import { emailOf } from '$contract/email';
import type { ImportReport } from '$contract/people/people';
import type { ApiClient } from '$lib/api';
import type { Import, Row, LineField } from '$lib/imports/parts';
import type { LineResult } from '$lib/imports/report';
import { type Column, COLUMNS, columnsOf, fullName, labels, resolveNames } from '$lib/people/columns';

const columns = columnsOf(COLUMNS);

const shown: LineField<Column>[] = [
  { label: 'Name', of: fullName },
  ...columns
    .filter(({ column }) => !['name', 'firstName', 'lastName'].includes(column))
    .map(({ column, label }) => ({ label, of: (cell: (column: Column) => string) => cell(column) })),
];

/** @param validFrom the date from which changes of department, position and category apply; today if empty */
export const peopleImport = (api: ApiClient, validFrom: () => string): Import<Column> => ({
  columns,
  shown,
  resolve: resolveNames,
  part: 100,
  most: 5_000,
  unique: [
    { label: 'Email', of: (cell) => emailOf(cell('email')) ?? cell('email').toLowerCase() },
    { label: 'Staff number', of: (cell) => cell('staffNumber') },
  ],
  missing(has) {
    const named = has('name') || (has('firstName') && has('lastName'));
    if (!named && !has('email')) return 'Choose which columns hold the names and the emails.';
    if (!named) return 'Choose which column holds the names, or the first and the last names.';
    return has('email') ? undefined : 'Choose which column holds the emails.';
  },
  template: {
    name: 'people-template.csv',
    rows: TEMPLATE.map((line) => line.split(';')),
  },
  send({ command, rows: lines }, dryRun, take) {
    const json = { dryRun, validFrom: validFrom() || undefined, rows: lines.map(sentOf) };
    return command.send(json, (how) => api.people.import.$post({ json }, how), {
      take: ({ rows }) => take(rows.map(resultOf)),
    });
  },
});

const TEMPLATE = [
  'Name;Email;Staff number;Department;Position;Category;Roles;First day',
  'Ana Kovač;ana.kovac@example.org;1001;Nursing;Head nurse;Staff;employee, supervisor;2026-01-15',
  'Jürgen Müßig;juergen.muessig@example.org;1002;Kitchen;Cook;Part-time;employee;2026-02-01',
];

const sentOf = ({ line, id, seenAt, cell }: Row<Column>) => ({
  line,
  id,
  seenAt,
  name: fullName(cell),
  email: cell('email'),
  staffNumber: cell('staffNumber'),
  department: cell('department'),
  position: cell('position'),
  category: cell('category'),
  roles: cell('roles'),
  firstDay: cell('firstDay'),
});

type Outcome = ImportReport['rows'][number];

const outcomes = {
  created: 'good',
  would_create: 'good',
  updated: 'update',
  would_update: 'update',
  unchanged: 'there',
  refused: 'refused',
} as const satisfies Record<Outcome['outcome'], LineResult['outcome']>;

const resultOf = ({ line, outcome, issues, changes, seenAt }: Outcome): LineResult => ({
  line,
  outcome: outcomes[outcome],
  seenAt,
  words: issues.map(({ field, message }) => `${labelOf(field)} ${message}`).join('; '),
  differences: changes.map(({ field, from, to }) => ({
    label: labelOf(field),
    from: from ?? '',
    to: to ?? '',
  })),
});

const labelOf = (field: string): string => labels.get(field) ?? 'This line';
