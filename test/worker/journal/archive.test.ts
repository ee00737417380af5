/** Old contents move to R2: the journal, its verification, exports and erasure read and reach them there. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { JournalPage } from '../../../worker/contract/journal/journal';
import { archiveJournal, purgeErased } from '../../../worker/journal/archive';
import { sealJournal } from '../../../worker/journal/chain';
import { sha256 } from '../../../worker/contract/secrets';
import { Scope } from '../../../worker/scope';
import { verify } from './verifying';
import { ask, checkIn, edged, newKey, type Someone, someone } from '../workplace';

const NOW = Date.parse('2026-11-28T12:00Z');
const OLD = Date.parse('2025-09-01T08:00Z');
const DAY = 86_400_000;
const scope = (now = NOW) => new Scope(edged(), createExecutionContext(), { now: () => now });

/** Writes entries of days that follow one another, about a person. */
async function write(
  count: number,
  {
    about,
    from = OLD,
    every = 1_000,
    action = 'day.marked',
  }: { about: Someone; from?: number; every?: number; action?: string },
) {
  await env.DB.prepare(
    `INSERT INTO journal (at, actor, action, subject, before, after, applied)
     SELECT ?2 + value * ?3, NULL, ?5, 'person/' || ?4, json_object('n', -1), json_object('n', value, 'personId', ?4), 1
     FROM json_each(?1)`,
  )
    .bind(JSON.stringify(Array.from({ length: count }, (_, n) => n)), from, every, about.id, action)
    .run();
}

async function seal() {
  for (let left = 1; left > 0;) {
    await sealJournal(scope());
    left =
      (await env.DB.prepare(
        'SELECT count(*) AS left FROM journal WHERE id > coalesce((SELECT max(entry) FROM seals), 0)',
      ).first<number>('left')) ?? 0;
  }
}

const files = async () => (await env.PHOTOS.list({ prefix: 'journal/' })).objects.map(({ key }) => key);
const text = async (key: string) => (await env.PHOTOS.get(key))?.text();
const inD1 = (where = 'true') =>
  env.DB.prepare(`SELECT count(*) AS count FROM journal WHERE after IS NOT NULL AND ${where}`).first<number>(
    'count',
  );
const page = async (query = '') => (await ask(`/journal${query}`, { as: admin })).json<JournalPage>();

let [admin, ben] = [] as unknown as [Someone, Someone];
beforeEach(async () => {
  for (const table of ['seals', 'journal', 'erased_entries', 'progress'])
    await env.DB.exec(`DELETE FROM ${table}`);
  await env.PHOTOS.delete(await files());
  admin = await someone({ roles: ['admin'] });
  ben = await someone({ name: 'Ben Okafor' });
});

describe('the archive', () => {
  it('takes salt, before and after of what is older than 13 months, a file a day', async () => {
    await write(8, { about: ben, every: DAY / 2 });
    await write(4, { about: ben, from: NOW - DAY });
    await seal();
    for (let day = 0; day < 5; day += 1) await archiveJournal(scope());
    expect(await files()).toEqual([
      'journal/2025-09-01.jsonl',
      'journal/2025-09-02.jsonl',
      'journal/2025-09-03.jsonl',
      'journal/2025-09-04.jsonl',
    ]);
    expect(await inD1(`at < ${NOW - 2 * DAY}`)).toBe(0);
    expect(await inD1()).toBe(4);
    const [line] = ((await text('journal/2025-09-01.jsonl')) ?? '').split('\n');
    const stored = JSON.parse(line ?? '') as { id: number; salt: string; before: string; after: string };
    const content = await env.DB.prepare('SELECT content FROM seals WHERE entry = ?')
      .bind(stored.id)
      .first<string>('content');
    expect(await sha256(JSON.stringify([stored.salt, stored.before, stored.after]))).toBe(content);
    expect(
      await env.DB.prepare('SELECT count(*) AS count FROM seals WHERE archived AND salt NOT NULL').first(
        'count',
      ),
    ).toBe(0);
  });

  it('keeps a day that is not 13 months old, what is not sealed, and what is read again', async () => {
    await write(1, { about: ben, from: Date.parse('2025-10-28T00:00Z') });
    await write(1, { about: ben, action: 'stock.adjusted' });
    await seal();
    await write(1, { about: ben });
    for (let day = 0; day < 3; day += 1) await archiveJournal(scope());
    expect(await files()).toEqual([]);
    expect(await inD1()).toBe(3);
  });

  it('is bounded a run: a large day takes several, into one file', async () => {
    await write(5_200, { about: ben, every: 1 });
    await seal();
    await archiveJournal(scope());
    expect(await inD1()).toBe(200);
    await archiveJournal(scope());
    expect(await inD1()).toBe(0);
    expect(await files()).toEqual(['journal/2025-09-01.jsonl']);
    expect(await verify(admin)).toMatchObject({ all: 5_200, broken: null });
  });

  it('is read by the journal page, with the names of people', async () => {
    await write(3, { about: ben, every: DAY });
    await env.DB.exec(`UPDATE journal SET subject = 'attendance/' || id`);
    await seal();
    const before = await page();
    for (let day = 0; day < 4; day += 1) await archiveJournal(scope());
    expect(await inD1()).toBe(0);
    expect((await page()).entries).toEqual(before.entries);
    expect(before.entries[0]).toMatchObject({ after: { n: 2 }, about: 'Ben Okafor', erased: false });
  });

  it('refuses to repeat an answer that is there', async () => {
    const id = uuidv7();
    const { record } = await (await checkIn(ben, id)).json<{ record: { id: string } }>();
    await env.DB.prepare('UPDATE journal SET at = ?2 WHERE subject = ?1')
      .bind(`attendance/${record.id}`, OLD)
      .run();
    expect((await checkIn(ben, id)).status).toBe(200);
    await seal();
    await archiveJournal(scope());
    const late = await checkIn(ben, id);
    expect([late.status, (await late.json<{ code: string }>()).code]).toEqual([409, 'changed_meanwhile']);
  });

  it('loses nothing when a run ends between R2 and the database, or two run at once', async () => {
    await write(10, { about: ben });
    await seal();
    const failing = new Proxy(env.DB, {
      get: (target, name: keyof D1Database) =>
        name === 'batch'
          ? () => Promise.reject(new Error('Network connection lost'))
          : target[name].bind(target),
    });
    const lost = new Scope({ ...env, DB: failing }, createExecutionContext(), { now: () => NOW });
    await expect(archiveJournal(lost)).rejects.toThrow('Network connection lost');
    expect(await inD1()).toBe(10);
    await Promise.all([archiveJournal(scope()), archiveJournal(scope())]);
    await archiveJournal(scope());
    expect(((await text('journal/2025-09-01.jsonl')) ?? '').trim().split('\n')).toHaveLength(10);
    expect(await verify(admin)).toMatchObject({ all: 10, broken: null });
  });

  it('is verified in steps that read few files, for a quiet workplace', async () => {
    await write(60, { about: ben, every: DAY / 2 });
    await seal();
    for (let day = 0; day < 31; day += 1) await archiveJournal(scope());
    expect(await inD1()).toBe(0);
    expect(await verify(admin)).toMatchObject({ all: 60, broken: null, steps: 2 });
    const { entries, next } = await page();
    expect([entries.length, next]).toEqual([40, entries.at(-1)?.id]);
    expect((await page(`?before=${entries.at(-1)?.id}`)).entries[0]?.after).toMatchObject({ n: 19 });
  });

  it.each([
    ['altered', (file: string) => file.replace('"n\\":1,', '"n\\":7,')],
    ['altered', (file: string) => file.replace(/"salt":"../, '"salt":"00')],
    ['missing', (file: string) => file.split('\n').slice(2).join('\n')],
  ] as const)('shows contents that were %s in R2', async (what, harm) => {
    await write(4, { about: ben });
    await seal();
    await archiveJournal(scope());
    const file = (await text('journal/2025-09-01.jsonl')) ?? '';
    expect(harm(file)).not.toBe(file);
    await env.PHOTOS.put('journal/2025-09-01.jsonl', harm(file));
    expect((await verify(admin)).broken).toMatchObject({ what });
  });
});

describe('erasing a person of whom contents are in R2', () => {
  const erase = async () => {
    const post = { as: admin, key: newKey() };
    await ask(`/people/${ben.id}/deactivate`, { ...post, json: {} });
    return ask(`/people/${ben.id}/erasure`, { ...post, key: newKey(), json: { reason: 'Left long ago' } });
  };

  it('removes them there, shows them as erased at once, and still verifies', async () => {
    const other = await someone();
    await write(3, { about: ben, every: DAY });
    await write(3, { about: other, every: DAY });
    await seal();
    for (let day = 0; day < 4; day += 1) await archiveJournal(scope());
    expect((await erase()).status).toBe(200);
    const old = `?to=2025-12-31`;
    expect((await page(old)).entries.filter(({ erased }) => erased)).toHaveLength(3);
    await seal();
    const later = Date.now() + 11 * 60_000;
    await purgeErased(scope(later));
    for (const file of await files()) expect(await text(file)).not.toContain(ben.id);
    expect(await text('journal/2025-09-02.jsonl')).toContain(other.id);
    expect(await verify(admin)).toMatchObject({ broken: null, waiting: 0 });
    const { entries } = await page(old);
    expect(entries.filter(({ erased }) => erased)).toMatchObject(
      Array(3).fill({ before: null, after: null }),
    );
    expect(entries.filter(({ erased }) => !erased)).toMatchObject([
      { after: { n: 2 } },
      { after: { n: 1 } },
      { after: { n: 0 } },
    ]);
  });

  it('waits until no run can still be moving what was erased', async () => {
    await write(1, { about: ben });
    await seal();
    await archiveJournal(scope());
    await erase();
    await purgeErased(scope(Date.now() + 5 * 60_000));
    expect(await text('journal/2025-09-01.jsonl')).toContain(ben.id);
    await purgeErased(scope(Date.now() + 11 * 60_000));
    expect(await text('journal/2025-09-01.jsonl')).toBe('');
  });

  it('removes them also when they are erased while they are moved', async () => {
    await write(2, { about: ben });
    await seal();
    const meanwhile = new Proxy(env.PHOTOS, {
      get: (target, name: keyof R2Bucket) =>
        name === 'put'
          ? async (...put: Parameters<R2Bucket['put']>) => {
              const written = await target.put(...put);
              expect((await erase()).status).toBe(200);
              return written;
            }
          : target[name].bind(target),
    });
    const racing = new Scope({ ...env, PHOTOS: meanwhile }, createExecutionContext(), { now: () => NOW });
    await archiveJournal(racing);
    expect(await text('journal/2025-09-01.jsonl')).toContain(ben.id);
    await seal();
    await purgeErased(scope(Date.now() + 11 * 60_000));
    expect(await text('journal/2025-09-01.jsonl')).toBe('');
    expect(await verify(admin)).toMatchObject({ broken: null, waiting: 0 });
  });

  it('exports what is there first', async () => {
    await write(3, { about: ben, every: DAY });
    await seal();
    for (let day = 0; day < 4; day += 1) await archiveJournal(scope());
    const { journal } = await (
      await ask(`/people/${ben.id}/export`, { as: admin })
    ).json<{ journal: object[] }>();
    expect(journal).toMatchObject([{ after: { n: 0 } }, { after: { n: 1 } }, { after: { n: 2 } }]);
  });
});

describe('seals from before contents had a hash', () => {
  /** As the previous release sealed. */
  async function sealPlainly() {
    const { results } = await env.DB.prepare(
      'SELECT id, at, actor, action, subject, before, after FROM journal ORDER BY id',
    ).all();
    let hash = '0'.repeat(64);
    for (const row of results) {
      hash = await sha256(`${hash}\n${JSON.stringify(Object.values(row))}`);
      await env.DB.prepare('INSERT INTO seals (entry, hash) VALUES (?, ?)').bind(row['id'], hash).run();
    }
  }

  it('still verify, in D1 and in R2, with newer ones after them and with erased ones among them', async () => {
    const other = await someone();
    await write(3, { about: other });
    await write(3, { about: ben, from: OLD + 10_000 });
    await sealPlainly();
    expect(await verify(admin)).toMatchObject({ all: 6, broken: null });
    await write(2, { about: other, from: NOW });
    await seal();
    await archiveJournal(scope());
    expect(await inD1()).toBe(2);
    expect(await verify(admin)).toMatchObject({ all: 8, broken: null });
    await ask(`/people/${ben.id}/deactivate`, { as: admin, key: newKey(), json: {} });
    await ask(`/people/${ben.id}/erasure`, { as: admin, key: newKey(), json: { reason: 'Asked' } });
    await seal();
    await purgeErased(scope(Date.now() + 11 * 60_000));
    expect(await verify(admin)).toMatchObject({ broken: null, waiting: 0 });
    await env.DB.prepare(`UPDATE journal SET subject = 'x' WHERE id = (SELECT min(id) FROM journal)`).run();
    expect((await verify(admin)).broken).toMatchObject({ what: 'altered' });
  });
});
