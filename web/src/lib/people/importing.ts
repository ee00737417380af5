import type { ApiClient } from '$lib/api';
import type { Import } from '$lib/imports/ImportFile.svelte';
import { problemIn } from '$lib/problem';

/** Headings as people write them, lower case; English, German, French and Spanish. */
const columns = [
  {
    column: 'name',
    label: 'Name',
    known: ['name', 'full name', 'person', 'employee', 'mitarbeiter', 'nombre completo'],
  },
  {
    column: 'first',
    label: 'First name',
    known: ['first name', 'firstname', 'given name', 'forename', 'vorname', 'prénom', 'nombre'],
  },
  {
    column: 'last',
    label: 'Last name',
    known: ['last name', 'lastname', 'surname', 'family name', 'nachname', 'nom', 'apellido', 'apellidos'],
  },
  {
    column: 'email',
    label: 'Email',
    known: [
      'email',
      'e-mail',
      'mail',
      'email address',
      'e-mail address',
      'work email',
      'e-mail-adresse',
      'courriel',
      'correo',
    ],
  },
  {
    column: 'staffNumber',
    label: 'Staff number',
    known: [
      'staff number',
      'staff no',
      'employee number',
      'employee id',
      'personnel number',
      'personalnummer',
      'matricule',
    ],
  },
  {
    column: 'department',
    label: 'Department',
    known: ['department', 'dept', 'team', 'ward', 'abteilung', 'service', 'departamento'],
  },
  {
    column: 'position',
    label: 'Position',
    known: ['position', 'title', 'job', 'job title', 'stelle', 'poste', 'puesto'],
  },
  {
    column: 'category',
    label: 'Category',
    known: ['category', 'type', 'contract', 'kategorie', 'catégorie', 'categoría'],
  },
  {
    column: 'firstDay',
    label: 'First day',
    known: ['first day', 'start date', 'hired', 'hire date', 'eintritt', 'eintrittsdatum'],
  },
  { column: 'roles', label: 'Roles', known: ['roles', 'role', 'rollen', 'rôles'] },
] as const;
type Column = (typeof columns)[number]['column'];

/** A file to begin with: every heading, and two people as examples. */
export const template = `\uFEFF${[
  columns.filter(({ column }) => column !== 'first' && column !== 'last').map(({ label }) => label),
  ['Ada Okafor', 'ada@example.com', '1042', 'Nursing', 'Nurse', 'Staff', '2026-01-15', 'employee'],
  ['Jürgen Müßig', 'juergen@example.com', '1043', 'Kitchen', 'Cook', 'Part-time', '', 'employee, cashier'],
]
  .map((cells) => cells.map((cell) => `"${cell}"`).join(','))
  .join('\r\n')}\r\n`;

/** A file of people, into the list of people. */
export const peopleImport = (api: ApiClient): Import<Column> => ({
  ...{ columns, needed: [['name', 'first', 'last'], ['email']], names: ['name', 'first', 'last'] },
  ...{ unique: 'email', part: 100, most: 5_000 },
  async ask(rows, dryRun, how) {
    const sent = rows.map(({ line, id, cell }) => ({
      ...{ line, id, email: cell('email'), staffNumber: cell('staffNumber'), firstDay: cell('firstDay') },
      name: cell('name') || [cell('first'), cell('last')].filter(Boolean).join(' '),
      ...{ department: cell('department'), position: cell('position'), category: cell('category') },
      roles: cell('roles'),
    }));
    const answer = await api.people.import.$post({ json: { dryRun, rows: sent } }, how);
    if (!answer.ok) return { problem: await problemIn(answer) };
    const told = (await answer.json()).rows;
    return {
      judged: told.map(({ line, outcome, issues, changes }) => ({
        line,
        outcome: outcome === 'refused' ? 'refused' : outcome === 'unchanged' ? 'there' : 'good',
        words: [
          ...issues.map(({ field, message }) => `${labelOf(field)} ${message}`),
          ...changes.map(({ field, from, to }) => `${labelOf(field)}: ${from || 'none'} → ${to}`),
        ].join('; '),
      })),
    };
  },
});

const labelOf = (field: string): string => columns.find(({ column }) => column === field)?.label ?? field;
