import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { ImportReport, ImportRow } from '../../../../worker/contract/people/people';
import { ask, everything, newKey, type Someone, someone } from '../../workplace';

const row = (line: number, some: Partial<ImportRow> = {}): ImportRow => {
  const id = uuidv7();
  return {
    line,
    id,
    name: `Person ${line}`,
    email: `${id}@harbour.example`,
    ...{ department: 'Nursing', position: '', category: 'Staff', roles: '', staffNumber: '', firstDay: '' },
    ...some,
  };
};
const send = (as: Someone, rows: ImportRow[], dryRun = false, key = newKey(), validFrom?: string) =>
  ask('/people/import', { as, json: { dryRun, validFrom, rows }, key });
const report = async (answer: Response | Promise<Response>) =>
  (await (await answer).json<ImportReport>()).rows;
const emails = async (rows: ImportRow[]) => {
  const { results } = await env.DB.prepare(
    'SELECT email FROM people WHERE email IN (SELECT lower(trim(value)) FROM json_each(?1))',
  )
    .bind(JSON.stringify(rows.map(({ email }) => email)))
    .all<{ email: string }>();
  return results.length;
};
const admin = () => someone({ roles: ['admin'] });

describe('an import', () => {
  it('writes the good rows and reports the issues of each bad one', async () => {
    const [ana, there] = [await admin(), await someone()];
    const first = row(2, { email: ' Noor@Harbour.example ', roles: 'Host; cashier' });
    const rows = [
      first,
      row(3, { name: ' ' }),
      row(4, { email: 'nobody' }),
      row(5, { email: 'noor@harbour.example' }),
      row(6, { email: there.email }),
      row(7, { roles: 'king' }),
      row(8, { id: first.id }),
      row(9),
    ];
    const reported = await report(send(ana, rows));
    expect(reported.map(({ line, outcome, issues }) => [line, outcome, issues[0]?.field])).toEqual([
      [2, 'created', undefined],
      [3, 'refused', 'name'],
      [4, 'refused', 'email'],
      [5, 'refused', 'email'],
      [6, 'refused', 'row'],
      [7, 'refused', 'roles'],
      [8, 'refused', 'id'],
      [9, 'created', undefined],
    ]);
    expect(reported[3]?.issues[0]?.message).toBe('is the same as in line 2');
    const noor = await env.DB.prepare('SELECT name, roles FROM people WHERE email = ?')
      .bind('noor@harbour.example')
      .first();
    expect(noor).toEqual({ name: 'Person 2', roles: '["host","cashier"]' });
  });

  it('as a dry run reports the same and writes nothing', async () => {
    const ana = await admin();
    const rows = [row(2), row(3, { email: 'x' })];
    const before = await everything();
    expect((await report(send(ana, rows, true))).map(({ outcome }) => outcome)).toEqual([
      'would_create',
      'refused',
    ]);
    expect(await everything()).toEqual(before);
  });

  it('repeated after a lost answer, with any key, creates each person once and reports alike', async () => {
    const [ana, key] = [await admin(), newKey()];
    const rows = [row(2), row(3, { name: '' }), row(4)];
    const first = await report(send(ana, rows, false, key));
    expect(await report(send(ana, rows, false, key))).toEqual(first);
    expect(await report(send(ana, rows))).toEqual(first);
    expect(await emails(rows)).toBe(2);
  });

  it('that races another one for the same emails creates each person once', async () => {
    const ana = await admin();
    const rows = [row(2), row(3), row(4)];
    const others = rows.map((each) => ({ ...each, id: uuidv7() }));
    const [one, other] = await Promise.all([report(send(ana, rows)), report(send(ana, others))]);
    expect(await emails(rows)).toBe(3);
    for (const index of rows.keys())
      expect([one[index]?.outcome, other[index]?.outcome].sort()).toEqual(['created', 'unchanged']);
  });

  it('that races another one with other details changes no person unseen', async () => {
    const ana = await admin();
    const rows = [row(2), row(3)];
    const others = rows.map((each) => ({ ...each, id: uuidv7(), department: 'Kitchen' }));
    const [one, other] = await Promise.all([report(send(ana, rows)), report(send(ana, others))]);
    for (const index of rows.keys())
      expect([one[index]?.outcome, other[index]?.outcome].sort()).toEqual(['created', 'refused']);
    expect(await emails(rows)).toBe(2);
  });

  it('accepts at most a hundred rows, in a body of at most 64 KB', async () => {
    const ana = await admin();
    const said = { firstDay: '2026-01-15', roles: 'employee, supervisor' };
    const rows = Array.from({ length: 100 }, (_, n) =>
      row(n + 2, { ...said, staffNumber: `A 1234/${n}`, position: 'Head of the night shift' }),
    );
    expect(JSON.stringify({ dryRun: false, rows }).length).toBeLessThan(64 * 1024);
    expect(new Set((await report(send(ana, rows))).map(({ outcome }) => outcome))).toEqual(
      new Set(['created']),
    );
    const tooMany = await send(ana, [...rows, row(102)]);
    expect(tooMany.status).toBe(400);
  });
});
