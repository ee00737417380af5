/** Decisions on requested corrections: once, on the days that were seen, by another person. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { at, days, decide, enter, ok, problem, propose, record, recordsOf, worked } from './corrected';
import { follow } from '../../schedules/rota';
import { newKey, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone({ name: 'Ben Okafor' })];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
});

describe('a decision', () => {
  it('of two supervisors at the same moment is made once; the other is refused with who and when', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const { id } = await ok(propose(ben, days('08', [])));
    const eve = await someone({ roles: ['admin'] });
    const answers = await Promise.all([decide(ana, 'approve', id), decide(eve, 'reject', id)]);
    const lost = answers.find(({ status }) => status === 409);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await problem(lost as Response)).toMatchObject({
      code: 'already_decided',
      current: { decidedBy: { name: expect.any(String) as string } },
    });
  });

  it('on days that have changed since is refused with the current days', async () => {
    const id = await worked(ben, '08T09:00', '08T17:00');
    const request = await ok(propose(ben, days('08', [record('08T09:00', '08T18:00', { id })])));
    await ok(enter(ana, ben, days('08', [record('08T08:00', '08T16:00', { id })])));
    const refused = await problem(decide(ana, 'approve', request.id));
    expect(refused).toMatchObject({
      code: 'changed_meanwhile',
      current: [{ record: { inAt: at('08T08:00') } }],
    });
    expect((await recordsOf(ben))[0]?.outAt).toBe(at('08T16:00'));
  });

  it('whose answer was lost is made once and returns the first answer by its key', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const { id } = await ok(propose(ben, days('08', [])));
    const key = newKey();
    const first = await ok(decide(ana, 'approve', id, key));
    expect(await ok(decide(ana, 'approve', id, key))).toEqual(first);
    const { results } = await env.DB.prepare('SELECT action FROM journal WHERE subject = ?')
      .bind(`correction/${id}`)
      .all();
    expect(results).toEqual([{ action: 'correction.requested' }, { action: 'correction.approved' }]);
  });

  it('on one’s own request is refused while another person may decide', async () => {
    await worked(ana, '08T09:00', '08T17:00');
    const { id } = await ok(propose(ana, days('08', [])));
    for (const what of ['approve', 'reject'] as const)
      expect(await problem(decide(ana, what, id))).toMatchObject({ code: 'own_correction' });
    expect(await problem(decide(await someone({ roles: ['admin'] }), 'withdraw', id))).toMatchObject({
      code: 'not_found',
    });
    expect((await ok(decide(ana, 'withdraw', id))).state).toBe('withdrawn');
  });

  it('on one’s own request is allowed to a sole admin, under an action of its own', async () => {
    await env.DB.prepare(
      `UPDATE people SET active = 0 WHERE roles LIKE '%supervisor%' OR roles LIKE '%admin%'`,
    ).run();
    const boss = await someone({ roles: ['admin'] });
    await worked(boss, '08T09:00', '08T17:00');
    const { id } = await ok(propose(boss, days('08', [])));
    expect((await ok(decide(boss, 'approve', id))).state).toBe('approved');
    const { results } = await env.DB.prepare(
      'SELECT action FROM journal WHERE subject = ? ORDER BY id DESC LIMIT 1',
    )
      .bind(`correction/${id}`)
      .all();
    expect(results).toEqual([{ action: 'correction.self_approved' }]);
    expect(await recordsOf(boss)).toEqual([]);
  });
});
