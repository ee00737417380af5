/** The lines that an import accepts, and the words of its refusals. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import type { ImportRow } from '../../../../worker/contract/people/people';
import { admin, hired, imported, lineOf, stranger } from './imported';
import { ask, closeThrough, newKey, type Someone, someone } from '../../workplace';

describe('a line is refused with a reason', () => {
  const messageOf = async (
    ana: Someone,
    row: ImportRow,
    it: { validFrom?: string } = {},
  ): Promise<string> => {
    const [report] = await imported(ana, [row], { dryRun: true, ...it });
    expect(report?.outcome).toBe('refused');
    return report?.issues.map(({ field, message }) => `${field} ${message}`).join('; ') ?? '';
  };

  it.each<[about: string, cells: Partial<ImportRow>, words: string]>([
    [
      'a role that is none',
      { roles: 'Manager' },
      'roles must be employee, supervisor, host, cashier, releasing or admin, not “manager”',
    ],
    [
      'a member’s role',
      { roles: 'member' },
      'roles must be employee, supervisor, host, cashier, releasing or admin, not “member”',
    ],
    [
      'an email that is none',
      { email: 'not-an-email' },
      'email must be an email address, not “not-an-email”',
    ],
    ['no email', { email: ' ' }, 'email must not be empty'],
    ['no name', { name: '' }, 'name must not be empty'],
    [
      'a staff number with signs',
      { staffNumber: '#12' },
      'staffNumber must be up to 30 letters and digits, not “#12”',
    ],
    [
      'a day that may be two',
      { firstDay: '02/03/2026' },
      'firstDay must be a date such as 2026-11-21, not “02/03/2026”',
    ],
    [
      'a day that is none',
      { firstDay: '31.02.2026' },
      'firstDay must be a day that the calendar has, not “2026-02-31”',
    ],
    [
      'several things',
      { name: '', roles: 'boss' },
      'name must not be empty; roles must be employee, supervisor, host, cashier, releasing or admin, not “boss”',
    ],
  ])('for %s', async (_, cells, words) => {
    const ana = await admin();
    expect(await messageOf(ana, lineOf(stranger(), cells))).toBe(words);
  });

  it('for a deactivated person, a member, and two people in one line', async () => {
    const ana = await admin();
    const [gone, other] = [await hired(ana), await hired(ana, 'Ben Okafor')];
    const member = await someone({ roles: ['member'], name: 'Maria Member' });
    await ask(`/people/${gone.id}/deactivate`, { as: ana, json: {}, key: newKey() });
    expect(await messageOf(ana, lineOf(gone))).toBe(
      'row is about Noor Rahimi, who was deactivated. Reactivate them first',
    );
    expect(await messageOf(ana, lineOf({ ...gone, ...member }))).toContain('who is a member');
    const mixed = lineOf(other, { staffNumber: gone.staffNumber ?? '' });
    expect(await messageOf(ana, mixed)).toBe('staffNumber is that of Noor Rahimi, and the email is not');
  });

  it('for days before an employment, and for closed days', async () => {
    const ana = await admin();
    const noor = await hired(ana);
    const row = lineOf(noor, { department: 'Kitchen' });
    expect(await messageOf(ana, row, { validFrom: '2025-02-01' })).toBe(
      'row is about Noor Rahimi, who is not employed on 2025-02-01',
    );
    await closeThrough('2025-06-30');
    try {
      expect(await messageOf(ana, row, { validFrom: '2025-06-30' })).toContain('choose a date after');
      expect(await messageOf(ana, lineOf(stranger(), { firstDay: '2025-06-30' }))).toContain(
        'firstDay must lie after',
      );
    } finally {
      await closeThrough(null);
    }
  });

  it('for a staff number in two lines', async () => {
    const ana = await admin();
    const rows = [2, 3].map((line) =>
      lineOf(stranger(), {
        line,
        staffNumber: 'Z 1',
      }),
    );
    const [, second] = await imported(ana, rows, { dryRun: true });
    expect(second?.issues).toEqual([{ field: 'staffNumber', message: 'is the same as in line 2' }]);
  });
});

describe('roles and first days of new people', () => {
  it.each([
    ['employee, host', ['employee', 'host']],
    ['releasing host', ['releasing', 'host']],
    ['Supervisor', ['supervisor']],
    ['HOST/cashier|Host', ['host', 'cashier']],
    ['host & cashier and admin', ['host', 'cashier', 'admin']],
    ['', ['employee']],
  ])('are taken from “%s”', async (roles, taken) => {
    const ana = await admin();
    const person = stranger();
    await imported(ana, [lineOf(person, { roles })]);
    const kept = await env.DB.prepare('SELECT roles FROM people WHERE email = ?1')
      .bind(person.email)
      .first<string>('roles');
    expect(JSON.parse(kept ?? '[]')).toEqual(taken);
  });

  it.each([
    ['2026-03-02', '2026-03-02'],
    ['2026/3/2', '2026-03-02'],
    ['2026-03-02 00:00:00', '2026-03-02'],
    ['2.3.2026', '2026-03-02'],
    ['23/03/2026', '2026-03-23'],
    ['03/23/2026', '2026-03-23'],
    ['03-03-2026', '2026-03-03'],
  ])('are read from %s', async (firstDay, date) => {
    const ana = await admin();
    const person = stranger();
    await imported(ana, [lineOf(person, { firstDay })]);
    const from = await env.DB.prepare(
      'SELECT valid_from FROM terms JOIN people ON people.id = person_id WHERE email = ?1',
    )
      .bind(person.email)
      .first<string>('valid_from');
    expect(from).toBe(date);
  });
});
