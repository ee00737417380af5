/** Existing people, and lines of a file about them. */
import { uuidv7 } from 'uuidv7';
import type {
  ImportReport,
  ImportRow,
  Person,
  PersonChange,
} from '../../../../worker/contract/people/people';
import { ask, newKey, type Someone, someone } from '../../workplace';

export const admin = () => someone({ roles: ['admin'], name: 'Ana Kovač' });

/** A nurse who was hired last year. */
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

/** A line with an email only. */
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

/** A line with a new person. */
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

/** Runs a dry run, and returns the rows with the states that it reported. */
export async function seen(as: Someone, rows: ImportRow[], validFrom?: string): Promise<ImportRow[]> {
  const found = await imported(as, rows, { dryRun: true, validFrom });
  return rows.map((row, index) => ({ ...row, seenAt: found[index]?.seenAt }));
}
