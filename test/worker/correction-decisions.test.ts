/** Requests to correct days, as those who decide see them. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Corrections } from '../../worker/contract/requests';
import { ask, newKey, someone } from './workplace';
import {
  at,
  ana,
  ben,
  newPeople,
  worked,
  record,
  days,
  propose,
  enter,
  decide,
  ok,
  problem,
  recordsOf,
} from './corrected';

beforeEach(newPeople);

describe('a decision', () => {
  it('of two supervisors at the same moment is one: the other learns who and when', async () => {
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

  it('on days that have changed otherwise since is refused with the days as they are', async () => {
    const id = await worked(ben, '08T09:00', '08T17:00');
    const asked = await ok(propose(ben, days('08', [record('08T09:00', '08T18:00', { id })])));
    await ok(enter(ana, ben, days('08', [record('08T08:00', '08T16:00', { id })])));
    const refused = await problem(decide(ana, 'approve', asked.id));
    expect(refused).toMatchObject({
      code: 'changed_meanwhile',
      current: [{ record: { inAt: at('08T08:00') } }],
    });
    expect((await recordsOf(ben))[0]?.outAt).toBe(at('08T16:00'));
  });

  it('whose answer was lost is answered alike by the same key, and is made once', async () => {
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

  it('on one’s own request is nobody’s, as long as somebody else may', async () => {
    await worked(ana, '08T09:00', '08T17:00');
    const { id } = await ok(propose(ana, days('08', [])));
    for (const what of ['approve', 'reject'] as const)
      expect(await problem(decide(ana, what, id))).toMatchObject({ code: 'own_correction' });
    expect(await problem(decide(await someone({ roles: ['admin'] }), 'withdraw', id))).toMatchObject({
      code: 'not_found',
    });
    expect((await ok(decide(ana, 'withdraw', id))).state).toBe('withdrawn');
  });

  it('on one’s own request is a sole admin’s way out, under an action of its own', async () => {
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

it('the queue shows those who decide what waits, oldest first, with the person and a cursor', async () => {
  await worked(ben, '08T09:00', '08T17:00');
  await worked(ben, '09T09:00', '09T17:00');
  const first = await ok(propose(ben, days('08', [])));
  const second = await ok(propose(ben, days('09', [])));
  const queue = await (await ask('/corrections?state=pending&limit=200', { as: ana })).json<Corrections>();
  const mine = queue.corrections.filter(({ person }) => person.id === ben.id);
  expect(mine.map(({ correction }) => correction.id)).toEqual([first.id, second.id]);
  expect(mine[0]?.person.name).toBe('Ben Okafor');
  expect(queue.pending).toBeGreaterThanOrEqual(2);
});
