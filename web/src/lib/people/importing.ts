import type { ApiClient } from '$lib/api';
import type { Import } from '$lib/imports/ImportFile.svelte';
import { problemIn } from '$lib/problem';

const columns = [
  { column: 'name', label: 'Name', known: ['name', 'full name', 'person', 'employee'] },
  { column: 'email', label: 'Email', known: ['email', 'e-mail', 'mail', 'email address'] },
  { column: 'department', label: 'Department', known: ['department', 'dept', 'team', 'ward'] },
  { column: 'position', label: 'Position', known: ['position', 'title', 'job', 'job title'] },
  { column: 'category', label: 'Category', known: ['category', 'type', 'contract'] },
  { column: 'roles', label: 'Roles', known: ['roles', 'role'] },
] as const;
type Column = (typeof columns)[number]['column'];

/** A file of people, into the list of people. */
export const peopleImport = (api: ApiClient): Import<Column> => ({
  ...{ columns, needed: ['name', 'email'], unique: 'email', part: 100, most: 5_000 },
  async ask(rows, dryRun, how) {
    const sent = rows.map(({ line, id, cell }) => ({
      ...{ line, id, name: cell('name'), email: cell('email'), department: cell('department') },
      ...{ position: cell('position'), category: cell('category'), roles: cell('roles') },
    }));
    const answer = await api.people.import.$post({ json: { dryRun, rows: sent } }, how);
    if (!answer.ok) return { problem: await problemIn(answer) };
    const told = (await answer.json()).rows;
    return {
      judged: told.map(({ line, outcome, issues }) => ({
        ...{ line, outcome: outcome === 'refused' ? 'refused' : 'good' },
        words: issues.map(({ field, message }) => `${field} ${message}`).join('; '),
      })),
    };
  },
});
