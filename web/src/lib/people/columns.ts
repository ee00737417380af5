/** The columns of a file of people, and their usual headings. */
import type { ImportColumn } from '$lib/imports/headings';

export const COLUMNS = [
  'name',
  'firstName',
  'lastName',
  'email',
  'staffNumber',
  'department',
  'position',
  'category',
  'roles',
  'firstDay',
] as const;
export type Column = (typeof COLUMNS)[number];

const words = (...languages: string[]): string[] => languages.flatMap((each) => each.split(', '));

/** In English, German, French and Spanish. */
const known: Record<Column, Pick<ImportColumn<Column>, 'label' | 'known'>> = {
  name: {
    label: 'Name',
    known: words(
      'name, names, full name, employee name, display name, person, employee, staff member, student',
      'vollständiger name, vor- und nachname, mitarbeiter, mitarbeitername',
      'nom complet, nom et prénom, prénom et nom, nom',
      'nombre completo, nombre y apellidos, nombre',
    ),
  },
  firstName: {
    label: 'First name',
    known: words(
      'first name, firstname, given name, given names, forename, first, preferred name',
      'vorname, vornamen, rufname',
      'prénom, prénoms',
      'nombre de pila, nombres',
    ),
  },
  lastName: {
    label: 'Last name',
    known: words(
      'last name, lastname, family name, surname, last',
      'nachname, familienname, zuname',
      "nom de famille, nom d'usage",
      'apellidos, apellido, primer apellido',
    ),
  },
  email: {
    label: 'Email',
    known: words(
      'email, emails, email address, work email, work email address, company email, business email, primary email, email id, mail',
      'e-mail, e-mail-adresse, mailadresse, e-mail dienstlich, dienstliche e-mail, geschäftliche e-mail, work e-mail, e-mail address',
      'courriel, adresse e-mail, adresse email, adresse mail, mail professionnel',
      'correo electrónico, correo, email corporativo, dirección de correo',
    ),
  },
  staffNumber: {
    label: 'Staff number',
    known: words(
      'staff number, staff no, staff id, employee number, employee no, employee id, personnel number, payroll number, payroll id',
      'personalnummer, personal-nr, pers-nr, mitarbeiternummer',
      'matricule, numéro de matricule',
      'número de empleado, nº de empleado, legajo',
    ),
  },
  department: {
    label: 'Department',
    known: words(
      'department, dept, department name, team, unit, ward, cost center',
      'abteilung, bereich, station',
      'département, service, équipe',
      'departamento, área, equipo',
    ),
  },
  position: {
    label: 'Position',
    known: words(
      'position, job title, title, job, function',
      'stelle, funktion, tätigkeit, berufsbezeichnung',
      'poste, fonction, intitulé du poste',
      'puesto, cargo, función',
    ),
  },
  category: {
    label: 'Category',
    known: words(
      'category, employment type, contract type, type, contract',
      'kategorie, beschäftigungsart, vertragsart',
      'catégorie, type de contrat, contrat',
      'categoría, tipo de contrato, contrato',
    ),
  },
  roles: { label: 'Roles', known: words('roles, role', 'rollen, rolle', 'rôles, rôle', 'rol') },
  firstDay: {
    label: 'First day',
    known: words(
      'first day, start date, hire date, date of hire, joining date, employment start, starts on',
      'eintrittsdatum, eintritt, erster arbeitstag',
      "date d'entrée, date d'embauche",
      'fecha de ingreso, fecha de alta, fecha de inicio',
    ),
  },
};

export const columnsOf = <Some extends Column>(some: readonly Some[]): ImportColumn<Some>[] =>
  some.map((column) => ({ ...known[column], column }));

/** By the field's name in the API. */
export const labels: ReadonlyMap<string, string> = new Map(
  Object.entries(known).map(([column, { label }]) => [column, label]),
);

type NameColumn = 'name' | 'firstName' | 'lastName';

/** One column of names, or two that make one. */
export const fullName = (cell: (column: NameColumn) => string): string =>
  cell('name') || `${cell('firstName')} ${cell('lastName')}`.trim();

/** Beside “Vorname”, “Name” is the last name; beside “Apellidos”, “Nombre” is the first name. A full name replaces both. */
export function resolveNames(mapping: Record<string, number>): Record<string, number> {
  const { name = -1, firstName = -1, lastName = -1 } = mapping;
  if (name < 0) return mapping;
  if (firstName >= 0 && lastName < 0) return { ...mapping, lastName: name, name: -1 };
  if (lastName >= 0 && firstName < 0) return { ...mapping, firstName: name, name: -1 };
  return { ...mapping, firstName: -1, lastName: -1 };
}
