import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import type { JournalPage, Verification } from '../../../worker/contract/journal/journal';
import { sealJournal } from '../../../worker/journal/chain';
import { runJobs } from '../../../worker/jobs';
import { Scope } from '../../../worker/scope';
import { verify } from './verifying';
import { ask, checkIn, checkOut, edged, newKey, type Someone, someone } from '../workplace';

const system = () => new Scope(edged(), createExecutionContext());
const read = async (as: Someone, query = '') => (await ask(`/journal${query}`, { as })).json<JournalPage>();

/** Writes that many entries. */
async function write(count: number): Promise<number[]> {
  const { results } = await env.DB.prepare(
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     SELECT 1000 + value, NULL, 'day.marked', 'mark/' || value, NULL, json_object('n', value), 1
     FROM json_each(?1) RETURNING id`,
  )
    .bind(JSON.stringify(Array.from({ length: count }, (_, n) => n)))
    .all<{ id: number }>();
  return results.map(({ id }) => id);
}

async function seal(): Promise<void> {
  const unsealed =
    'SELECT count(*) AS count FROM journal WHERE id > coalesce((SELECT max(entry) FROM seals), 0)';
  while (await env.DB.prepare(unsealed).first<number>('count')) await sealJournal(system());
}

let admin: Someone;
beforeEach(async () => {
  await env.DB.batch([env.DB.prepare('DELETE FROM seals'), env.DB.prepare('DELETE FROM journal')]);
  admin = await someone({ roles: ['admin'], name: 'Ana Kovač' });
});

describe('the journal’s seal', () => {
  it('covers all entries after the runs of the job, and reports the number still waiting', async () => {
    await write(1_200);
    await runJobs(edged(), createExecutionContext(), Date.now());
    expect(await verify(admin)).toMatchObject({ all: 500, waiting: 700, broken: null });
    await seal();
    expect(await verify(admin)).toMatchObject({ all: 1_200, waiting: 0, broken: null });
  });

  it('is verified in steps for a long journal', async () => {
    await write(3_000);
    await seal();
    const first = await (await ask('/journal/verify', { as: admin })).json<Verification>();
    expect(first).toMatchObject({ checked: 2_000, more: true });
    expect(await verify(admin)).toMatchObject({ all: 3_000, broken: null });
  });

  it.each([
    [
      'altered',
      (id: number) => env.DB.prepare(`UPDATE journal SET after = '{"n":-1}' WHERE id = ?`).bind(id),
    ],
    [
      'altered',
      (id: number) => env.DB.prepare('UPDATE journal SET actor = NULL, at = at + 1 WHERE id = ?').bind(id),
    ],
    ['missing', (id: number) => env.DB.prepare('DELETE FROM journal WHERE id = ?').bind(id)],
    [
      'altered',
      (id: number) => env.DB.prepare(`UPDATE seals SET hash = '${'f'.repeat(64)}' WHERE entry = ?`).bind(id),
    ],
    ['inserted', (id: number) => env.DB.prepare('DELETE FROM seals WHERE entry = ?').bind(id)],
  ] as const)('names the first entry that was %s', async (what, harm) => {
    const ids = await write(40);
    await seal();
    const [first, later] = [ids[17] as number, ids[31] as number];
    await env.DB.batch([harm(later), harm(first)]);
    expect((await verify(admin)).broken).toEqual({ entry: first, what });
  });

  it('reveals an inserted entry', async () => {
    const ids = await write(10);
    await env.DB.prepare('DELETE FROM journal WHERE id = ?').bind(ids[4]).run();
    await seal();
    expect((await verify(admin)).broken).toBeNull();
    await env.DB.prepare(
      `INSERT INTO journal (id, at, actor, action, subject, applied) VALUES (?, 1, NULL, 'x', 'x', 1)`,
    )
      .bind(ids[4])
      .run();
    expect((await verify(admin)).broken).toEqual({ entry: ids[4], what: 'inserted' });
  });

  it('is the same when two jobs run at the same moment', async () => {
    await write(300);
    await Promise.all([sealJournal(system()), sealJournal(system()), sealJournal(system())]);
    expect(await verify(admin)).toMatchObject({ all: 300, broken: null, waiting: 0 });
  });
});

describe('reading the journal', () => {
  it('shows who did what to whom, before and after, newest first', async () => {
    const ben = await someone({ name: 'Ben Okafor' });
    const { record } = await (await checkIn(ben)).json<{ record: { id: string; inAt: number } }>();
    await checkOut(ben, record.id);
    const { entries } = await read(admin);
    expect(entries.map(({ action }) => action)).toEqual(['attendance.checked_out', 'attendance.checked_in']);
    expect(entries[0]).toMatchObject({
      actor: { id: ben.id, name: 'Ben Okafor' },
      about: 'Ben Okafor',
      before: { inAt: record.inAt, outAt: null },
      after: { inAt: record.inAt, outAt: expect.any(Number) as number },
    });
  });

  it('has pages with each entry once, while entries are written', async () => {
    await write(120);
    const seen: number[] = [];
    for (let before: number | null = 0; before !== null;) {
      const page: JournalPage = await read(admin, before ? `?before=${before}` : '');
      seen.push(...page.entries.map(({ id }) => id));
      before = page.next;
      await write(1);
    }
    expect(seen).toHaveLength(120);
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
  });

  it('is searched and filtered', async () => {
    const [ben, chi] = [await someone({ name: 'Ben Okafor' }), await someone({ name: 'Chi Nguyen' })];
    await checkIn(ben);
    await checkIn(chi);
    await ask(`/people/${ben.id}/roles`, {
      as: admin,
      json: { roles: ['host'] },
      key: newKey(),
      method: 'PUT',
    });
    const actions = async (query: string) => (await read(admin, query)).entries.map(({ action }) => action);
    expect(await actions('?q=okafor')).toEqual(['person.updated', 'attendance.checked_in']);
    expect(await actions(`?actor=${chi.id}`)).toEqual(['attendance.checked_in']);
    expect(await actions('?action=person.updated')).toEqual(['person.updated']);
    expect(await actions('?to=2020-01-01')).toEqual([]);
    expect(await actions(`?q=${encodeURIComponent('%')}`)).toEqual([]);
    expect(await actions(`?subject=person/${ben.id}`)).toEqual(['person.updated']);
    expect(await actions(`?subject=person/${ben.id}&actor=${chi.id}`)).toEqual([]);
    expect((await ask('/journal?from=yesterday', { as: admin })).status).toBe(400);
  });

  it('offers the people whom the text names, with and without accents', async () => {
    const zoe = await someone({ name: 'Zoë Łaski' });
    await env.DB.prepare(`UPDATE people SET search = 'zoe laski' WHERE id = ?`).bind(zoe.id).run();
    expect((await read(admin, '?q=LASKI')).people).toEqual([{ id: zoe.id, name: 'Zoë Łaski' }]);
    expect((await read(admin, `?actor=${zoe.id}`)).people).toEqual([{ id: zoe.id, name: 'Zoë Łaski' }]);
    expect((await read(admin)).people).toEqual([]);
  });

  it('finds a text of 60 characters', async () => {
    const text = 'a reason that is as long as reasons are when people explain 60';
    await env.DB.prepare(
      `INSERT INTO journal (at, action, subject, after, applied) VALUES (?1, 'x.y', 'x/1', json_object('reason', ?2), 1)`,
    )
      .bind(Date.now(), text)
      .run();
    const { entries } = await read(admin, `?q=${encodeURIComponent(text.toUpperCase().slice(0, 60))}`);
    expect(entries.map(({ subject }) => subject)).toEqual(['x/1']);
    expect((await ask(`/journal?q=${'a'.repeat(81)}`, { as: admin })).status).toBe(400);
  });

  it('searches a text in steps of 31 days, and says how far', async () => {
    const [now, DAY] = [Date.now(), 86_400_000];
    const ages = [100, 99, 60, 40, 20, 0];
    await env.DB.prepare(
      `INSERT INTO journal (at, action, subject, after, applied)
       SELECT ?1 - value * ${DAY}, 'x.y', 'x/' || value, '{"word":"needle"}', 1 FROM json_each(?2)`,
    )
      .bind(now, JSON.stringify(ages))
      .run();
    const steps: { found: string[]; days: number | null }[] = [];
    for (let before: number | null = 0; before !== null;) {
      const step: JournalPage = await read(admin, `?q=Needle${before ? `&before=${before}` : ''}`);
      steps.push({
        found: step.entries.map(({ subject }) => subject),
        days: step.searchedTo === null ? null : Math.round((now - step.searchedTo) / DAY),
      });
      before = step.next;
    }
    expect(steps).toEqual([
      { found: ['x/0', 'x/20'], days: 20 },
      { found: ['x/40', 'x/60'], days: 60 },
      { found: ['x/99', 'x/100'], days: 100 },
    ]);
  });

  it('of old dates is found without reading what is newer', async () => {
    await write(30);
    await env.DB.prepare(
      `INSERT INTO journal (at, action, subject, applied) SELECT ?1 + value, 'x.y', 'x/' || value, 1 FROM json_each(?2)`,
    )
      .bind(Date.UTC(2026, 4, 1), JSON.stringify(Array.from({ length: 60 }, (_, n) => n)))
      .run();
    expect((await read(admin, '?to=1970-01-02')).entries).toHaveLength(30);
    expect((await read(admin, '?from=2026-05-01&to=2026-05-01')).next).not.toBeNull();
    expect((await read(admin, '?from=2026-05-02')).entries).toEqual([]);
  });

  it('never shows a password, a hash of one, or a token', async () => {
    const person = { id: (await someone()).id };
    await ask(`/people/${person.id}/invitation`, {
      as: admin,
      json: { hash: 'a'.repeat(64) },
      key: newKey(),
    });
    const text = JSON.stringify(await read(admin));
    expect(text).toContain('person.invited');
    expect(text).not.toContain('a'.repeat(64));
  });
});
