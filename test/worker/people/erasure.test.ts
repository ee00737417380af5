/** Erasing a person: what goes, what stays, what the journal still proves, and that a restored database forgets them again. */
import { createExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { JournalPage } from '../../../worker/contract/journal/journal';
import { sealJournal } from '../../../worker/journal/chain';
import { applyErasures } from '../../../worker/people/erasure/erase';
import { personal } from '../../../worker/people/erasure/personal';
import { Scope } from '../../../worker/scope';
import { rows } from '../attendance/clocked';
import { verify } from '../journal/verifying';
import { paidRegistration } from '../sales/registrations/registry';
import { cashier } from '../sales/shop';
import { ask, checkIn, checkOut, edged, everything, newKey, type Someone, someone } from '../workplace';

const system = (now = Date.now()) => new Scope(edged(), createExecutionContext(), { now: () => now });
const erase = (as: Someone, id: string, reason: unknown = 'Asked for it by letter') =>
  ask(`/people/${id}/erasure`, { as, json: { reason }, key: newKey() });
const codeOf = async (answer: Response) => (await answer.json<{ code: string }>()).code;
const deactivate = (as: Someone, id: string) =>
  ask(`/people/${id}/deactivate`, { as, json: {}, key: newKey() });

let admin: Someone;
beforeAll(async () => {
  admin = await someone({ roles: ['admin'], name: 'Ana Kovač' });
});

/** Worked, was photographed, noted and notified, and has left. */
async function leaver(name: string): Promise<Someone & { record: string; photo: string }> {
  const person = await someone({ name });
  const { record } = await (await checkIn(person)).json<{ record: { id: string; workDate: string } }>();
  await checkOut(person, record.id);
  const photo = uuidv7();
  await env.PHOTOS.put(`check-ins/${record.id}/${photo}`, 'a face');
  await env.PHOTOS.put(`people/${person.id}/${photo}`, 'a face');
  await env.DB.batch([
    env.DB.prepare('UPDATE attendance SET photo = ?2, in_at = in_at - 3600000 WHERE id = ?1').bind(
      record.id,
      photo,
    ),
    env.DB.prepare('UPDATE people SET image = ?2 WHERE id = ?1').bind(person.id, photo),
  ]);
  await ask(`/attendance/days/${person.id}/${record.workDate}/mark`, {
    as: admin,
    method: 'PUT',
    json: { status: null, note: `${name} had a fever` },
    key: newKey(),
  });
  expect((await deactivate(admin, person.id)).status).toBe(200);
  return { ...person, record: record.id, photo };
}

/** Everything in D1 as one text, but events, which age. */
async function stored(): Promise<string> {
  const { events: _events, ...tables } = await everything();
  return JSON.stringify(tables);
}

describe('erasing a person', () => {
  it('removes their name, contacts, photos, notes and sessions, and keeps their hours', async () => {
    const ben = await leaver('Benedikt Fenster');
    await sealJournal(system());
    const hours = await rows('SELECT id, in_at, out_at FROM attendance WHERE person_id = ?', ben.id);
    expect(await stored()).toContain('Benedikt Fenster');
    expect((await erase(admin, ben.id)).status).toBe(200);
    const text = await stored();
    for (const trace of ['Benedikt', 'benedikt', 'fever', ben.email, ben.session, ben.photo])
      expect(text.replaceAll(/"orphaned_photos":\[.*?\]/g, '')).not.toContain(trace);
    expect(await rows('SELECT id, in_at, out_at FROM attendance WHERE person_id = ?', ben.id)).toEqual(hours);
    const { name, email } = await (await ask(`/people/${ben.id}`, { as: admin })).json<Someone>();
    expect(name).toBe(`Erased person ${ben.id.slice(-4)}`);
    expect(email).toBe(`erased-${ben.id}@erased.invalid`);
    expect(await rows('SELECT key FROM orphaned_photos ORDER BY key')).toEqual([
      { key: `check-ins/${ben.record}/${ben.photo}` },
      { key: `people/${ben.id}/${ben.photo}` },
    ]);
  });

  it('leaves gaps that the journal proves, and shows them as erased', async () => {
    const chi = await leaver('Chiara Lindqvist');
    await sealJournal(system());
    await erase(admin, chi.id);
    expect(await verify(admin)).toMatchObject({ broken: null });
    await sealJournal(system());
    expect(await verify(admin)).toMatchObject({ broken: null, waiting: 0 });
    const { entries } = await (await ask('/journal', { as: admin })).json<JournalPage>();
    const [listing, ...others] = entries;
    expect(listing).toMatchObject({
      action: 'person.erased',
      actor: { id: admin.id },
      erased: false,
      after: { reason: 'Asked for it by letter', personId: chi.id },
    });
    const gaps = await rows<{ entry: number }>(
      'SELECT entry FROM erased_entries WHERE erasure = ? ORDER BY entry',
      listing?.id,
    );
    const ids = gaps.map(({ entry }) => entry);
    expect(listing).toMatchObject({ after: { entries: ids } });
    const shown = others.filter(({ erased }) => erased);
    expect(shown.map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
    expect(shown.every(({ before, after }) => before === null && after === null)).toBe(true);
    expect(shown.find(({ action }) => action === 'attendance.checked_out')?.about).toMatch(/^Erased person/);
    expect(
      await rows('SELECT salt FROM seals JOIN erased_entries USING (entry) WHERE salt NOT NULL'),
    ).toEqual([]);
  });

  it('drops what is not sealed yet, also while the job seals it', async () => {
    const uma = await leaver('Uma Late');
    const { DB } = env;
    const slow = new Proxy(DB, {
      get: (target, name: keyof D1Database) =>
        name === 'prepare'
          ? (sql: string) => (sql.startsWith('INSERT INTO seals') ? erasedFirst(sql) : DB.prepare(sql))
          : target[name].bind(target),
    });
    const erasedFirst = (sql: string) => ({
      bind: (...values: unknown[]) => ({
        async run() {
          expect((await erase(admin, uma.id)).status).toBe(200);
          return DB.prepare(sql)
            .bind(...values)
            .run();
        },
      }),
    });
    await sealJournal(new Scope({ ...env, DB: slow }, createExecutionContext()));
    await sealJournal(system());
    expect(await stored()).not.toContain('Uma');
    expect(
      await rows('SELECT salt FROM seals JOIN erased_entries USING (entry) WHERE salt NOT NULL'),
    ).toEqual([]);
    expect(await verify(admin)).toMatchObject({ broken: null, waiting: 0 });
  });

  it('lets no other gap pass: neither an unlisted one nor one of a changed list', async () => {
    const [dee, guy] = [await leaver('Dee Abara'), await leaver('Guy Last')];
    await erase(admin, dee.id);
    await sealJournal(system());
    const last = 'SELECT id, before, after FROM journal WHERE subject = ? AND action = ?';
    type Last = { id: number; before: string; after: string };
    const [victim] = await rows<Last>(last, `person/${guy.id}`, 'person.deactivated');
    const [list] = await rows<Last>(last, `person/${dee.id}`, 'person.erased');
    if (!victim || !list) throw new Error('both are in the journal');
    const change = 'UPDATE journal SET before = ?2, after = ?3 WHERE id = ?1';

    await rows(change, victim.id, null, null);
    expect((await verify(admin)).broken).toEqual({ entry: victim.id, what: 'altered' });
    await rows('INSERT INTO erased_entries (entry, erasure) VALUES (?, ?)', victim.id, list.id);
    expect((await verify(admin)).broken).toEqual({ entry: victim.id, what: 'altered' });
    const { entries } = JSON.parse(list.after) as { entries: number[] };
    await rows(change, list.id, null, JSON.stringify({ entries: [...entries, victim.id] }));
    expect((await verify(admin)).broken).not.toBeNull();

    await rows(change, list.id, list.before, list.after);
    await rows(change, victim.id, victim.before, victim.after);
    await rows('DELETE FROM erased_entries WHERE entry = ?', victim.id);
    expect((await verify(admin)).broken).toBeNull();
  });

  it('keeps sales and their money without the registrant', async () => {
    const till = await cashier();
    const { registration } = await paidRegistration(till);
    const { id } = registration;
    const emil = await someone({ roles: ['member'], name: 'Emil Sørensen' });
    await env.DB.prepare('UPDATE registrants SET person_id = ?2, name = ?3, sponsor = ?3 WHERE sale_id = ?1')
      .bind(id, emil.id, emil.name)
      .run();
    await deactivate(admin, emil.id);
    const money = await rows('SELECT total, state FROM sales WHERE id = ?', id);
    await erase(admin, emil.id);
    expect(await rows('SELECT total, state FROM sales WHERE id = ?', id)).toEqual(money);
    expect(await rows('SELECT name, mobile, email, sponsor FROM registrants WHERE sale_id = ?', id)).toEqual([
      { name: 'Erased', mobile: '', email: null, sponsor: null },
    ]);
    expect((await ask(`/registrations/${id}`, { as: till })).status).toBe(200);
  });

  it('leaves every count as it was: reports of hours and sales, and a session’s rates', async () => {
    const [ivo, host] = [await leaver('Ivo Count'), await someone({ roles: ['host'] })];
    const session = uuidv7();
    const statement = env.DB.prepare(
      `INSERT INTO live_sessions (id, kind, title, starts_at, ends_at, zone, work_date, state, opens_before_minutes,
         period_seconds, strict, secret, updated_at)
       VALUES (?, 'class', 'First aid', 1, 2, 'Europe/Berlin', '2026-01-01', 'completed', 0, 10, 0, 'secret', 1)`,
    );
    await env.DB.batch([
      statement.bind(session),
      env.DB.prepare('INSERT INTO session_hosts (session_id, person_id) VALUES (?, ?)').bind(
        session,
        host.id,
      ),
      env.DB.prepare(
        `INSERT INTO session_attendance (session_id, person_id, status, at, method, reason) VALUES (?, ?, 'late', 1, 'hand', 'Ivo overslept')`,
      ).bind(session, ivo.id),
    ]);
    const day = new Date().toISOString().slice(0, 10);
    const counts = async () => {
      const texts = await Promise.all(
        [`/reports/totals?by=department&from=${day}&to=${day}`, `/sales/report?date=${day}`].map(
          async (path) => {
            const answer = await ask(path, { as: admin });
            expect(answer.status).toBe(200);
            return (await answer.text()).replaceAll(/"(now|asOf)":\d+/g, '');
          },
        ),
      );
      const stats = await (await ask(`/sessions/${session}/stats`, { as: host })).text();
      return [...texts, stats];
    };
    const before = await counts();
    expect((await erase(admin, ivo.id)).status).toBe(200);
    expect(await counts()).toEqual(before);
    expect(await stored()).not.toContain('overslept');
  });

  it('is refused for oneself, an active person, a stranger and without a reason, and writes nothing', async () => {
    const [fay, supervisor] = [await someone({ name: 'Fay' }), await someone({ roles: ['supervisor'] })];
    const gone = await leaver('Gone');
    const before = await everything();
    expect(await codeOf(await erase(admin, admin.id))).toBe('not_oneself');
    expect(await codeOf(await erase(admin, fay.id))).toBe('still_active');
    expect(await codeOf(await erase(admin, uuidv7()))).toBe('not_found');
    expect(await codeOf(await erase(admin, gone.id, '  '))).toBe('invalid_input');
    expect(await codeOf(await erase(supervisor, gone.id))).toBe('not_allowed');
    expect(await everything()).toEqual(before);
  });

  it('is final: nobody changes or reactivates an erased person, and a second time changes nothing', async () => {
    const hal = await leaver('Hal');
    const first = await (await erase(admin, hal.id)).json<{ receipt: unknown }>();
    const before = await everything();
    const put = { as: admin, key: newKey() };
    expect(await codeOf(await ask(`/people/${hal.id}/reactivate`, { ...put, json: {} }))).toBe('erased');
    expect(
      await codeOf(
        await ask(`/people/${hal.id}/roles`, { ...put, method: 'PUT', json: { roles: ['host'] } }),
      ),
    ).toBe('erased');
    expect(await everything()).toEqual(before);
    expect(await (await erase(admin, hal.id)).json()).toEqual(first);
    const { idempotency: _keys, ...rest } = await everything();
    expect(rest).toEqual(
      Object.fromEntries(Object.entries(before).filter(([table]) => table !== 'idempotency')),
    );
  });
});

describe('a restored database', () => {
  it('erases again who was erased after the backup', async () => {
    const ida = await leaver('Ida Moreau');
    const backup = await env.DB.prepare('SELECT name, email, search, sort_key FROM people WHERE id = ?')
      .bind(ida.id)
      .first<{ name: string; email: string; search: string; sort_key: string }>();
    await erase(admin, ida.id);
    await env.DB.prepare(
      'UPDATE people SET name = ?2, email = ?3, search = ?4, sort_key = ?5, erased_at = NULL, active = 1 WHERE id = ?1',
    )
      .bind(ida.id, backup?.name, backup?.email, backup?.search, backup?.sort_key)
      .run();
    await applyErasures(system());
    expect(await rows('SELECT name, active FROM people WHERE id = ?', ida.id)).toEqual([
      { name: `Erased person ${ida.id.slice(-4)}`, active: 0 },
    ]);
    await sealJournal(system());
    expect((await verify(admin)).broken).toBeNull();
  });

  it('gets an erasure into the list that could not be listed at once', async () => {
    const jo = await leaver('Jo');
    await erase(admin, jo.id);
    await env.PHOTOS.delete(`erasures/${jo.id}`);
    await applyErasures(system());
    expect(await env.PHOTOS.get(`erasures/${jo.id}`).then((it) => it?.json())).toMatchObject({
      personId: jo.id,
    });
  });
});

describe('exporting a person', () => {
  it('gives all that is stored about them as JSON, to admins only', async () => {
    const kim = await leaver('Kim Oduya');
    const answer = await ask(`/people/${kim.id}/export`, { as: admin });
    expect(answer.headers.get('Content-Disposition')).toBe(`attachment; filename="person-${kim.id}.json"`);
    const data = await answer.json<Record<string, Record<string, unknown>[]>>();
    expect(data['person']).toMatchObject([{ name: 'Kim Oduya', email: kim.email }]);
    expect(data['attendance']).toMatchObject([{ id: kim.record }]);
    expect(data['marks']).toMatchObject([{ note: 'Kim Oduya had a fever' }]);
    expect(data['journal']?.map(({ action }) => action)).toEqual([
      'attendance.checked_in',
      'attendance.checked_out',
      'day.marked',
      'terms.set',
      'person.deactivated',
    ]);
    expect(data['journal']?.at(-1)).toMatchObject({ after: { name: 'Kim Oduya', active: false } });
    expect((await ask(`/people/${kim.id}/export`, { as: await someone() })).status).toBe(403);
    expect((await ask(`/people/${uuidv7()}/export`, { as: admin })).status).toBe(404);
  });

  it('knows every table that names a person', async () => {
    const tables = await rows<{ name: string; type: string }>(
      `SELECT DISTINCT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c
       WHERE m.type = 'table' AND c.name IN ('person_id', 'user_id')`,
    );
    const known = personal
      .ask()
      .flatMap(({ holds, erase }) => [
        ...Object.values(holds),
        ...(erase?.({ id: 'id', email: 'email', name: 'name', pseudonym: 'Erased' }).map(({ sql }) => sql) ??
          []),
      ]);
    const unknown = tables.filter(({ name }) => !known.some((sql) => new RegExp(`\\b${name}\\b`).test(sql)));
    // Tickets expire within minutes, and are then deleted.
    expect(unknown.map(({ name }) => name)).toEqual(['session_tickets']);
  });
});
