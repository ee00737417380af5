import { uuidv7 } from 'uuidv7';
/** Every program can read the files: valid text is unchanged, text from before the rule is sanitized. */
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { readXlsx } from 'hucre/xlsx';
import { beforeAll, describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { Note } from '../../../worker/contract/text';
import { csvTable, xlsxTable } from '../../../worker/http/table';
import { anything } from '../../contract/texts';
import { begun, host, newHosts, sheet } from '../sessions/hosted';
import { bytesOf, partsOf, utf8 } from './spreadsheet';
import { ask, newKey, type Someone, someone } from '../workplace';

it('any valid text is unchanged in a spreadsheet', async () => {
  const kept = fc.sample(anything, 3_000).flatMap((text) => {
    const taken = v.safeParse(Note(500), text);
    return taken.success ? [taken.output] : [];
  });
  expect(kept.length).toBeGreaterThan(300);
  const bytes = await bytesOf(
    xlsxTable(
      kept.map((text) => ['Text', text]),
      { name: 'Texts' },
    ),
  );
  const book = await readXlsx(bytes);
  expect(book.sheets[0]?.rows.map(([, text]) => text)).toEqual(kept);
  await partsOf(bytes);
});

/** Text that could be stored before the rule. */
const OLD = 'Ol\u0001d\u001b \ufffe\u{1ffff}\u202e\u0085\r\nlast\ud800\u0000end';
const SHOWN = 'Ol\uFFFDd\uFFFD \uFFFD\uFFFD\uFFFD\uFFFD\nlast\uFFFD';

describe('text from before the rule', () => {
  let admin: Someone;
  let old: Someone;
  beforeAll(async () => {
    await newHosts();
    admin = await someone({ roles: ['admin'] });
    old = await someone();
    const ward = uuidv7();
    const value = JSON.stringify({ ...defaultSettings('Europe/Berlin'), organisation: OLD });
    await env.DB.batch([
      env.DB.prepare('UPDATE people SET name = ?1, department = ?1, category = ?1 WHERE id = ?2').bind(
        OLD,
        old.id,
      ),
      env.DB.prepare('INSERT INTO departments (id, name) VALUES (?1, ?2)').bind(ward, OLD),
      env.DB.prepare('UPDATE terms SET department_id = ?1, category = ?3 WHERE person_id = ?2').bind(
        ward,
        old.id,
        OLD,
      ),
      env.DB.prepare(
        'INSERT INTO marks (person_id, work_date, status, note, set_by, at) VALUES (?1, ?2, ?3, ?4, ?5, 1)',
      ).bind(old.id, '2026-10-05', 'excused', OLD, admin.id),
      env.DB.prepare('INSERT INTO settings (valid_from, applies_at, value) VALUES (?1, 0, ?2)').bind(
        '2026-01-01',
        value,
      ),
    ]);
  });

  it('is sanitized in the files of reports', async () => {
    const query = 'from=2026-10-05&to=2026-10-05';
    const csv = await ask(`/reports/days.csv?${query}`, { as: admin });
    const text = utf8.decode(await csv.arrayBuffer());
    expect(text).toContain(`"${SHOWN}`);
    expect(text).not.toMatch(/[^\P{Cc}\r\n]|\p{Noncharacter_Code_Point}|\u202e/u);
    const xlsx = await ask(`/reports/days.xlsx?${query}`, { as: admin });
    const bytes = await bytesOf(xlsx.body);
    await partsOf(bytes);
    const cells = (await readXlsx(bytes)).sheets[0]?.rows.flat() ?? [];
    expect(cells.filter((cell) => String(cell).startsWith(SHOWN)).length).toBeGreaterThan(3);
  });

  it('is sanitized in the files of a session', async () => {
    const { id: running } = await begun([old]);
    await env.DB.prepare('UPDATE live_sessions SET title = ?1 WHERE id = ?2').bind(OLD, running).run();
    for (const kind of ['csv', 'xlsx']) {
      const answer = await ask(`/sessions/${running}/attendance.${kind}`, { as: host });
      const bytes = await bytesOf(answer.body);
      if (kind === 'xlsx') await partsOf(bytes);
      else expect(utf8.decode(bytes)).toContain(SHOWN);
    }
    expect((await sheet(running)).session.title).toContain('last');
  });

  it('does not block pages or changes of the person', async () => {
    for (const path of ['/me', '/settings', `/people/${old.id}`, '/attendance/board', '/journal', '/people'])
      expect([path, (await ask(path, { as: admin })).status]).toEqual([path, 200]);
    const answer = await ask(`/people/${old.id}/deactivate`, { as: admin, json: {}, key: newKey() });
    expect(answer.status).toBe(200);
  });

  it('is readable in CSV, without formulas', async () => {
    const bytes = await bytesOf(csvTable([['\u0000=1+1', OLD]]));
    expect(utf8.decode(bytes)).toContain(SHOWN);
  });
});
