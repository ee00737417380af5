/** Imports of existing people: a dry run reports the changes, and only reported changes are written. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { addDays, dateIn } from '../../../../worker/contract/zones';
import type { Person, Terms } from '../../../../worker/contract/people/people';
import { admin, hired, imported, lineOf, seen, stranger } from './imported';
import { ask, everything, listening, newKey, type Someone, someone } from '../../workplace';

const today = () => dateIn('Europe/Berlin', Date.now());
const personOf = async (as: Someone, { id }: { id: string }): Promise<Person> =>
  (await ask(`/people/${id}`, { as })).json<Person>();
const termsOf = async (as: Someone, { id }: { id: string }): Promise<Terms['terms']> =>
  (await (await ask(`/people/${id}/terms`, { as })).json<Terms>()).terms;

describe('a dry run over existing people', () => {
  it('reports the changes by field, and writes nothing', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const before = await everything();
    const row = lineOf(noor, {
      name: 'Noor Haddad',
      department: 'Kitchen',
      staffNumber: `X ${noor.id.slice(-6)}`,
    });
    expect(await imported(ana, [row], { dryRun: true })).toEqual([
      {
        line: 2,
        outcome: 'would_update',
        issues: [],
        changes: [
          { field: 'name', from: 'Noor Rahimi', to: 'Noor Haddad' },
          { field: 'staffNumber', from: noor.staffNumber, to: row.staffNumber },
          { field: 'department', from: 'Nursing', to: 'Kitchen' },
        ],
        seenAt: noor.updatedAt,
      },
    ]);
    expect(await everything()).toEqual(before);
  });

  it('finds no change in empty or equal cells, and ignores the case of departments', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const rows = [
      lineOf(noor, { email: ` ${noor.email.toUpperCase()} `, department: 'NURSING', category: 'Staff' }),
    ];
    for (const dryRun of [true, false])
      expect((await imported(ana, rows, { dryRun }))[0]).toMatchObject({
        outcome: 'unchanged',
        changes: [],
      });
    expect(await personOf(ana, noor)).toMatchObject({ updatedAt: noor.updatedAt, department: 'Nursing' });
  });

  it('finds a person by staff number, and reports that email, roles and first day do not change', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const row = lineOf(noor, {
      email: 'noor.new@harbour.example',
      staffNumber: noor.staffNumber ?? '',
      position: 'Head nurse',
      roles: 'Employee / Supervisor',
      firstDay: '01.04.2025',
    });
    expect((await imported(ana, [row], { dryRun: true }))[0]).toMatchObject({
      outcome: 'would_update',
      changes: [{ field: 'position', from: 'Nurse', to: 'Head nurse' }],
      issues: [
        { field: 'email', message: `stays ${noor.email}` },
        { field: 'roles', message: 'stay employee' },
        { field: 'firstDay', message: 'stays 2025-03-01' },
      ],
    });
  });

  it('compares with the terms on the chosen date', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const [soon, later] = [addDays(today(), 10), addDays(today(), 20)];
    const [row] = await seen(ana, [lineOf(noor, { department: 'Kitchen' })], soon);
    expect((await imported(ana, [row!], { validFrom: soon }))[0]?.outcome).toBe('updated');
    const again = lineOf(noor, { department: 'Kitchen' });
    const outcomeOn = async (validFrom: string) =>
      (await imported(ana, [again], { dryRun: true, validFrom }))[0]?.outcome;
    expect(await outcomeOn(today())).toBe('would_update');
    expect(await outcomeOn(later)).toBe('unchanged');
  });
});

describe('an update by an import', () => {
  it('writes what a single edit writes: terms, row, journal and events', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const [employees, own] = [await listening(ana, 'admin.employees'), await someone()];
    const ownLine = lineOf(own, { position: 'Porter', line: 3 });
    const page = await listening(own, `user.${own.id}`);
    const rows = await seen(ana, [lineOf(noor, { department: 'Kitchen', roles: 'admin' }), ownLine]);
    expect((await imported(ana, rows)).map(({ outcome }) => outcome)).toEqual(['updated', 'updated']);
    expect(await personOf(ana, noor)).toMatchObject({
      department: 'Kitchen',
      position: 'Nurse',
      roles: ['employee'],
    });
    expect((await termsOf(ana, noor)).map(({ validFrom, department }) => [validFrom, department])).toEqual([
      ['2025-03-01', 'Nursing'],
      [today(), 'Kitchen'],
    ]);
    await employees.until(() => employees.events.length === 2);
    expect(employees.events.map(({ type }) => type)).toEqual(['person.updated', 'person.updated']);
    expect(employees.events[0]?.data).toMatchObject({ id: noor.id, department: 'Kitchen' });
    await page.until(() => page.events.some(({ type }) => type === 'person.updated'));
    const { results } = await env.DB.prepare(
      `SELECT action, actor FROM journal WHERE subject = ?1 AND action <> 'person.created' ORDER BY id`,
    )
      .bind(`person/${noor.id}`)
      .all();
    expect(results).toEqual([
      { action: 'terms.set', actor: ana.id },
      { action: 'person.updated', actor: ana.id },
    ]);
  });

  it('from a later date does not change today', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const validFrom = addDays(today(), 7);
    const rows = await seen(ana, [lineOf(noor, { department: 'Kitchen', name: 'Noor Haddad' })], validFrom);
    await imported(ana, rows, { validFrom });
    expect(await personOf(ana, noor)).toMatchObject({ department: 'Nursing', name: 'Noor Haddad' });
    expect((await termsOf(ana, noor)).at(-1)).toMatchObject({
      validFrom,
      department: 'Kitchen',
      position: 'Nurse',
    });
  });

  it('without a dry run, or of an older state, is refused', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const row = lineOf(noor, { department: 'Kitchen' });
    expect((await imported(ana, [row]))[0]).toMatchObject({
      outcome: 'refused',
      issues: [
        {
          field: 'row',
          message: expect.stringContaining('who is already on the list. Check the file again') as string,
        },
      ],
    });
    const rows = await seen(ana, [row]);
    const edit = { ...noor, name: 'Noor Haddad', seenAt: noor.updatedAt };
    const { name, email, department, position, category, zone, seenAt } = edit;
    const json = { name, email, department, position, category, zone, seenAt };
    await ask(`/people/${noor.id}`, { as: ana, method: 'PATCH', key: newKey(), json });
    expect((await imported(ana, rows))[0]?.issues[0]?.message).toContain('who has just been changed');
    expect(await personOf(ana, noor)).toMatchObject({ department: 'Nursing', name: 'Noor Haddad' });
  });

  it('repeated after a lost answer, with any key, is written once and reported alike', async () => {
    const ana = await admin();
    const [noor, key] = [await hired(ana), newKey()];
    const rows = await seen(ana, [lineOf(noor, { department: 'Kitchen' })]);
    const outcomes = async (it: { key?: string }) =>
      (await imported(ana, rows, it)).map(({ outcome }) => outcome);
    expect(await outcomes({ key })).toEqual(['updated']);
    const after = await everything();
    expect(await outcomes({ key })).toEqual(['updated']);
    expect(await outcomes({})).toEqual(['updated']);
    expect(await everything()).toEqual(after);
  });

  it('that races another one of the same state is written once', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const [kitchen, ward] = [
      await seen(ana, [lineOf(noor, { department: 'Kitchen' })]),
      await seen(ana, [lineOf(noor, { department: 'Ward' })]),
    ];
    const reports = await Promise.all([imported(ana, kitchen), imported(ana, ward)]);
    expect(reports.map(([row]) => row?.outcome).sort()).toEqual(['refused', 'updated']);
    const won = reports[0]?.[0]?.outcome === 'updated' ? 'Kitchen' : 'Ward';
    expect(await personOf(ana, noor)).toMatchObject({ department: won });
  });

  it('commits with new people in one part, and a bad line blocks neither', async () => {
    const ana = await admin();
    const [noor, email] = [await hired(ana), `${uuidv7()}@harbour.example`];
    const rows = await seen(ana, [
      lineOf(noor, { department: 'Bakery' }),
      lineOf(noor, { line: 3, name: 'New One', email, department: 'bakery', firstDay: '2026-01-15' }),
      lineOf(noor, { line: 4, name: 'No One', email: 'none' }),
    ]);
    expect((await imported(ana, rows)).map(({ outcome }) => outcome)).toEqual([
      'updated',
      'created',
      'refused',
    ]);
    const made = await env.DB.prepare(
      `SELECT valid_from AS firstDay, (SELECT count(*) FROM departments WHERE lower(name) = 'bakery') AS bakeries
       FROM people JOIN terms ON person_id = people.id WHERE email = ?1`,
    )
      .bind(email)
      .first();
    expect(made).toEqual({ firstDay: '2026-01-15', bakeries: 1 });
  });

  it('of a person whom an earlier line names is refused, and blocks no other line', async () => {
    const ana = await admin();
    const [noor, omar] = [await hired(ana), await hired(ana, 'Omar Diaz')];
    const lines = [
      lineOf(noor, { position: 'Head nurse' }),
      lineOf(
        { ...stranger(), name: noor.name },
        { line: 3, staffNumber: noor.staffNumber ?? '', category: 'Bank' },
      ),
      lineOf(omar, { line: 4, position: 'Head nurse' }),
    ];
    const rows = await seen(ana, lines);
    const report = await imported(ana, rows);
    expect(report.map(({ outcome }) => outcome)).toEqual(['updated', 'refused', 'updated']);
    expect(report[1]?.issues).toEqual([{ field: 'row', message: 'is about Noor Rahimi, as line 2 is' }]);
    expect(await personOf(ana, omar)).toMatchObject({ position: 'Head nurse' });
  });
});
