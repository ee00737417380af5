import type { ApiClient } from '$lib/api';
import type { Import } from '$lib/imports/ImportFile.svelte';
import { problemIn } from '$lib/problem';

const columns = [
  { column: 'email', label: 'Email', known: ['email', 'e-mail', 'mail', 'email address'] },
  { column: 'name', label: 'Name', known: ['name', 'full name', 'person', 'student', 'employee'] },
] as const;
type Column = (typeof columns)[number]['column'];

/** A file of emails, into a group. The name is read along for whoever looks the file through. */
export const membersImport = (api: ApiClient, id: string, since: () => number): Import<Column> => ({
  ...{ columns, needed: [['email']], names: ['email'], unique: 'email', part: 500, most: 5_000 },
  async ask(rows, dryRun, how) {
    const sent = rows.map(({ line, cell }) => ({ line, email: cell('email') }));
    const json = { since: since(), dryRun, rows: sent };
    const answer = await api.groups[':id'].members.$post({ param: { id }, json }, how);
    if (!answer.ok) return { problem: await problemIn(answer) };
    const told = (await answer.json()).rows;
    return {
      judged: told.map(({ line, outcome, words }) => ({
        line,
        outcome: outcome === 'refused' || outcome === 'there' ? outcome : 'good',
        words,
      })),
    };
  },
});
