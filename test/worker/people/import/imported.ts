/** People who are here already, and lines of a file that speak of them. */
import { uuidv7 } from 'uuidv7';
import type {
  ImportReport,
  ImportRow,
  Person,
  PersonChange,
} from '../../../../worker/contract/people/people';
import { ask, newKey, type Someone, someone } from '../../workplace';

export const admin = () => someone({ roles: ['admin'], name: 'Ana Kovač' });

/** Somebody who was taken on last year, as a nurse. */
export async function hired(ana: Someone, name = 'Noor Rahimi'): Promise<Person> {
  const id = uuidv7();
  const json = {
    id,
    name,
    email: `${id}@harbour.example`,
    staffNumber: `N ${id.slice(-12)}`,
    department: 'Nursing',
    position: 'Nurse',
    category: 'Staff',
    zone: null,
    roles: ['employee'],
    firstDay: '2025-03-01',
  };
  const answer = await ask('/people', { as: ana, json, key: newKey() });
  return (await answer.json<PersonChange>()).record;
}

/** A line that says nothing but who is meant, by their email. */
export const lineOf = (
  { name, email }: Pick<Person, 'name' | 'email'>,
  some: Partial<ImportRow> = {},
): ImportRow => ({
  line: 2,
  id: uuidv7(),
  name,
  email,
  department: '',
  position: '',
  category: '',
  roles: '',
  staffNumber: '',
  firstDay: '',
  ...some,
});

/** Somebody who is not here yet. */
export const stranger = (name = 'New One') => ({ name, email: `${uuidv7()}@harbour.example` });

interface Asked {
  dryRun?: boolean;
  validFrom?: string | undefined;
  key?: string;
}

export async function imported(
  as: Someone,
  rows: ImportRow[],
  it: Asked = {},
): Promise<ImportReport['rows']> {
  const { dryRun = false, validFrom, key = newKey() } = it;
  const answer = await ask('/people/import', { as, json: { dryRun, validFrom, rows }, key });
  return (await answer.json<ImportReport>()).rows;
}

/** Looks the rows through, and gives them back with the states that were shown. */
export async function seen(as: Someone, rows: ImportRow[], validFrom?: string): Promise<ImportRow[]> {
  const found = await imported(as, rows, { dryRun: true, validFrom });
  return rows.map((row, index) => ({ ...row, seenAt: found[index]?.seenAt }));
}
