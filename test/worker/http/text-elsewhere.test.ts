/** Texts outside JSON fields with the general rule: URLs, lines of files, fields with separate rules. */
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Enrolled } from '../../../worker/contract/sessions/roster/courses';
import type { ImportReport, ImportRow } from '../../../worker/contract/people/people';
import { lineOf, stranger } from '../people/import/imported';
import { kinds, textsOfAddresses, textsOfBodies } from './taken';
import { ask, everything, newKey, type Someone, someone } from '../workplace';

let admin: Someone;
beforeAll(async () => {
  admin = await someone({ roles: ['admin'] });
});

interface Problem {
  code: string;
  issues?: { path: string; message: string }[];
}

const unsafe = Object.entries(kinds).map(([code, [character]]) => [code, character] as const);

describe('text in a URL', () => {
  /** Search queries, by the rule. */
  const searches = ['GET /journal q', 'GET /people q'];
  /** Compared with stored values, also with values older than the rule, and never stored. */
  const compared = [
    'GET /channels/heads names',
    'GET /channels/{name}/events name',
    'GET /channels/{name}/socket name',
    'GET /journal action',
    'GET /journal subject',
    'GET /members begins',
    'GET /people category',
    'GET /people department',
    'GET /reports/days category',
    'GET /reports/days.csv category',
    'GET /reports/days.xlsx category',
    'GET /reports/totals category',
    'GET /reports/totals.csv category',
    'GET /reports/totals.xlsx category',
  ];

  it('is only searched for or compared', async () => {
    const taken = await textsOfAddresses();
    const found = taken.map(({ route, field }) => `${route} ${field.split('.').at(-1) ?? ''}`);
    expect(found.sort()).toEqual([...searches, ...compared].sort());
  });

  it.each(['/people', '/journal'])('is refused in the search of %s', async (path) => {
    for (const [, character] of unsafe.filter(([code]) => code !== 'U+D800')) {
      const answer = await ask(`${path}?q=${encodeURIComponent(`a${character}b`)}`, { as: admin });
      expect([answer.status, (await answer.json<Problem>()).issues?.[0]?.path]).toEqual([400, 'q']);
    }
  });

  it.each(compared.filter((it) => it.includes('category') || it.includes('action')))(
    'finds nothing by characters that nobody can type, and breaks nothing: %s',
    async (route) => {
      const [, path = '', field = ''] = route.split(' ');
      const dates = path.startsWith('/reports') ? 'from=2027-01-04&to=2027-01-04&' : '';
      const by = path.includes('totals') ? 'by=person&' : '';
      for (const [, character] of unsafe.filter(([code]) => code !== 'U+D800')) {
        const answer = await ask(`${path}?${dates}${by}${field}=${encodeURIComponent(character)}`, {
          as: admin,
        });
        expect(answer.status).toBe(200);
        await answer.arrayBuffer();
      }
    },
  );
});

describe('a line of a file', () => {
  const cells = [
    'name',
    'email',
    'department',
    'position',
    'category',
    'roles',
    'staffNumber',
    'firstDay',
  ] as const;

  it('has these texts only', async () => {
    const rows = (await textsOfBodies()).filter(({ field }) => field.startsWith('rows.'));
    expect(rows.map(({ route, field }) => `${route} ${field}`).sort()).toEqual(
      [
        ...cells.map((cell) => `POST /people/import rows.0.${cell}`),
        'POST /groups/{id}/members rows.0.email',
      ].sort(),
    );
  });

  const judged = async (row: ImportRow) => {
    const json = { dryRun: false, rows: [row] };
    const answer = await ask('/people/import', { as: admin, json, key: newKey() });
    return (await answer.json<ImportReport>()).rows[0];
  };

  it.each(cells)('is refused with forbidden text in its %s, and no person is imported', async (cell) => {
    const before = await people();
    for (const [, character] of unsafe) {
      const fine = { ...lineOf(stranger()), department: 'Ward', roles: 'host', firstDay: '2027-01-04' };
      const text = `${fine[cell] || 'K 17'}${character}x`;
      const row = await judged({ ...fine, [cell]: text });
      expect([row?.outcome, row?.issues.map(({ field }) => field)]).toEqual(['refused', [cell]]);
    }
    expect(await people()).toBe(before);
  });

  it('is refused in a group’s list when it has forbidden text', async () => {
    const host = await someone({ roles: ['host'] });
    const group = uuidv7();
    await ask(`/groups/${group}`, {
      method: 'PUT',
      as: host,
      json: { name: group, active: true },
      key: newKey(),
    });
    for (const [, character] of unsafe) {
      const rows = [{ line: 2, email: `${character}${host.email}` }];
      const json = { since: Date.now(), dryRun: false, rows };
      const answer = await ask(`/groups/${group}/members`, { as: host, json, key: newKey() });
      expect((await answer.json<Enrolled>()).rows[0]?.outcome).toBe('refused');
    }
  });

  it('is composed, with its staff number', async () => {
    const line = { ...lineOf(stranger('Zoe\u0308 Núñez'.normalize('NFD'))), staffNumber: ' A\u030A-7 ' };
    expect(await judged(line)).toMatchObject({ outcome: 'created' });
    const found = await ask(`/people/${line.id}`, { as: admin });
    expect(await found.json()).toMatchObject({ name: 'Zoë Núñez', staffNumber: 'Å-7' });
  });
});

describe('a field with a separate rule', () => {
  const person = () => ({
    ...{ id: uuidv7(), name: 'Ana', email: `${uuidv7()}@example.org`, department: null, position: null },
    ...{ category: null, zone: 'Europe/Berlin', staffNumber: 'K 17', roles: ['employee'] },
  });

  it.each(['email', 'zone', 'staffNumber'] as const)('refuses forbidden text: %s', async (field) => {
    const before = await everything();
    for (const [, character] of unsafe) {
      const it = person();
      const json = { ...it, [field]: `${it[field]}${character}x` };
      const answer = await ask('/people', { as: admin, json, key: newKey() });
      expect([answer.status, (await answer.json<Problem>()).issues?.[0]?.path]).toEqual([400, field]);
    }
    expect(await everything()).toEqual(before);
  });
});

const people = async (): Promise<number> => {
  const { total } = await (await ask('/people', { as: admin })).json<{ total: number }>();
  return total;
};
