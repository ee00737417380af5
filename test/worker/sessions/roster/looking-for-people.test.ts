/** A host who looks for people by their emails, through the import of a group. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Enrolled } from '../../../../worker/contract/sessions/roster/courses';
import { admin, host, newHosts, send } from '../hosted';
import { everything, type Someone, someone } from '../../workplace';

let group: string;
beforeEach(async () => {
  await newHosts();
  group = uuidv7();
  await send(host, 'PUT', `/groups/${group}`, { name: `Group ${group}`, active: true });
});

const enrol = (as: Someone, emails: readonly string[], dryRun: boolean) =>
  send(as, 'POST', `/groups/${group}/members`, {
    since: Date.now(),
    dryRun,
    rows: emails.map((email, index) => ({ line: index + 2, email })),
  });
const outcomes = async (answer: Promise<Response>) =>
  (await (await answer).json<Enrolled>()).rows.map(({ outcome, words }) => [outcome, words]);
const unknown = (count: number) => Array.from({ length: count }, () => `${uuidv7()}@example.org`);

describe('a dry run', () => {
  it('answers the same for an email of a person as for one of nobody', async () => {
    const mia = await someone({ roles: ['member'], name: 'Mia Private' });
    const [nobody = ''] = unknown(1);
    const rows = await outcomes(enrol(host, [mia.email, nobody, mia.email, nobody, 'no email'], true));
    expect(rows).toEqual([
      ['would_enrol', mia.email],
      ['would_enrol', nobody],
      ['there', mia.email],
      ['there', nobody],
      ['refused', 'no email belongs to no person'],
    ]);
  });

  it('names those who are in the group, whom the host sees anyway; and to an admin everyone', async () => {
    const [mia, noa] = [await someone({ name: 'Mia Inside' }), await someone({ name: 'Noa Outside' })];
    await enrol(host, [mia.email], false);
    expect(await outcomes(enrol(host, [mia.email, noa.email], true))).toEqual([
      ['there', 'Mia Inside'],
      ['would_enrol', noa.email],
    ]);
    const [nobody = ''] = unknown(1);
    expect(await outcomes(enrol(admin, [noa.email, nobody], true))).toEqual([
      ['would_enrol', 'Noa Outside'],
      ['refused', `${nobody} belongs to no person`],
    ]);
  });
});

describe('an import', () => {
  it('with 500 unknown emails a day is the last one of its host, also of many at once, and writes nothing', async () => {
    const mia = await someone();
    const before = await everything();
    const answers = await Promise.all(Array.from({ length: 6 }, () => enrol(host, unknown(250), false)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 429, 429, 429, 429]);
    expect((await enrol(host, [mia.email], false)).status).toBe(429);
    expect(await everything()).toEqual(before);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 86_400_001 });
    expect((await enrol(host, [mia.email], false)).status).toBe(200);
    vi.useRealTimers();
  });

  it('of known emails counts for nothing, and an admin has no such limit', async () => {
    const people = await Promise.all(Array.from({ length: 3 }, () => someone()));
    await enrol(
      host,
      people.map(({ email }) => email),
      false,
    );
    await enrol(admin, unknown(500), false);
    expect((await enrol(admin, unknown(1), false)).status).toBe(200);
    const { results } = await env.DB.prepare('SELECT key FROM tries WHERE key IN (?1, ?2)')
      .bind(`unknown emails ${host.id}`, `unknown emails ${admin.id}`)
      .all();
    expect(results).toEqual([]);
  });
});
