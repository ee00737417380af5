import { emailOf } from '$contract/email';
import type { Enrolled } from '$contract/sessions/roster/courses';
import type { ApiClient } from '$lib/api';
import type { Import } from '$lib/imports/parts';
import type { LineResult } from '$lib/imports/report';
import { columnsOf, fullName, resolveNames } from '$lib/people/columns';

const columns = columnsOf(['email', 'name', 'firstName', 'lastName']);
type Column = (typeof columns)[number]['column'];

/** Imports emails from a file into a group. Names are shown in the preview only. */
export const membersImport = (api: ApiClient, id: string, since: () => number): Import<Column> => ({
  columns,
  resolve: resolveNames,
  part: 500,
  most: 5_000,
  shown: [
    { label: 'Email', of: (cell) => cell('email') },
    { label: 'Name', of: fullName },
  ],
  unique: [{ label: 'Email', of: (cell) => emailOf(cell('email')) ?? cell('email').toLowerCase() }],
  missing: (has) => (has('email') ? undefined : 'Choose which column holds the emails.'),
  template: {
    name: 'group-template.csv',
    rows: [
      ['Email', 'Name'],
      ['ana.kovac@example.org', 'Ana Kovač'],
      ['juergen.muessig@example.org', 'Jürgen Müßig'],
    ],
  },
  send({ command, rows: lines }, dryRun, take) {
    const emails = lines.map(({ line, cell }) => ({ line, email: cell('email') }));
    const json = { since: since(), dryRun, rows: emails };
    return command.send(json, (how) => api.groups[':id'].members.$post({ param: { id }, json }, how), {
      take: ({ rows }) => take(rows.map(resultOf)),
    });
  },
});

function resultOf({ line, outcome, words }: Enrolled['rows'][number]): LineResult {
  // Members of the group need no row.
  if (outcome === 'there') return { line, outcome, words: '' };
  return { line, outcome: outcome === 'refused' ? outcome : 'good', words };
}
