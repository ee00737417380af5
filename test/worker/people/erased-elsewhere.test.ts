/** An erased person in what others got: their notifications, waiting pushes, flags of others' scans, and the person's own devices. */
import { applyD1Migrations, reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Ticket } from '../../../worker/contract/sessions/sessions';
import { days, enter, propose, record } from '../attendance/corrections/corrected';
import { rows } from '../attendance/clocked';
import { Browser } from '../notifications/push/Browser';
import { begun, code, newHosts, send, ticketFor } from '../sessions/hosted';
import { ask, everything, insert, newKey, type Someone, someone } from '../workplace';

let admin: Someone;
beforeAll(async () => {
  await newHosts();
  admin = await someone({ roles: ['admin'], name: 'Ana Kovač' });
});

const ok = async (pending: Promise<Response>) => {
  const answer = await pending;
  expect(answer.status, await answer.clone().text()).toBe(200);
};
async function erased({ id }: Someone): Promise<void> {
  await ok(send(admin, 'POST', `/people/${id}/deactivate`, {}));
  await ok(send(admin, 'POST', `/people/${id}/erasure`, { reason: 'Asked for it by letter' }));
}
const noticesTo = ({ id }: Someone) =>
  rows<{ kind: string; title: string; body: string }>(
    'SELECT kind, title, body FROM notifications WHERE person_id = ? ORDER BY kind',
    id,
  );

describe('an erased supervisor', () => {
  it('is named in no notification of others, which stay, and only in what the journal holds about others', async () => {
    const [sam, ben] = [await someone({ roles: ['supervisor'], name: 'Samuel Overy' }), await someone()];
    await ok(propose(sam, days('03', [record('03T09:00', '03T17:00')]), { reason: 'Samuel had a fever' }));
    await ok(enter(sam, ben, days('04', [record('04T09:00', '04T17:00')])));
    const request = uuidv7();
    await ok(propose(ben, days('05', [record('05T09:00', '05T17:00')]), { id: request }));
    await ok(send(sam, 'POST', `/corrections/${request}/reject`, { answer: 'Samuel says: you were away' }));
    await ok(
      send(sam, 'PUT', `/attendance/days/${ben.id}/2026-06-08/mark`, { status: 'on_leave', note: null }),
    );
    expect((await noticesTo(ben)).map(({ kind }) => kind)).toEqual([
      'correction.decided',
      'day.marked',
      'days.entered',
    ]);
    await env.DB.prepare("UPDATE people SET name = 'Samuel Married' WHERE id = ?").bind(sam.id).run();
    await erased(sam);
    const pseudonym = `Erased person ${sam.id.slice(-4)}`;
    const [decided, marked, entered] = await noticesTo(ben);
    expect(decided?.title).toBe(`${pseudonym} rejected your correction`);
    expect(marked?.body).toBe(`${pseudonym} set the status of this day to “On leave”.`);
    expect(entered?.title).toMatch(new RegExp(`^${pseudonym} changed your `));
    expect((await noticesTo(admin)).filter(({ title }) => title.startsWith(pseudonym))).toEqual([
      { kind: 'correction.requested', title: `${pseudonym} requested a correction`, body: '' },
    ]);
    const { events: _age, journal, ...tables } = await everything();
    const naming = Object.entries(tables).filter(([, its]) => JSON.stringify(its).includes('Overy'));
    expect(naming.map(([table]) => table)).toEqual([]);
    expect(JSON.stringify(tables)).not.toContain('fever');
    // Who decided on another's hours is part of what is recorded about that other person (decision 098).
    const entries = (journal as { action: string; subject: string }[]).filter((it) =>
      JSON.stringify(it).includes('Overy'),
    );
    expect(entries.map(({ action }) => action)).toEqual(['days.entered', 'correction.rejected']);
  });
});

describe('an erased person', () => {
  it('leaves no device, no session and no push that waits, not even for others', async () => {
    Browser.online();
    const [ida, boss] = [await someone({ name: 'Ida Device' }), await someone({ roles: ['supervisor'] })];
    for (const who of [ida, boss]) await ok((await Browser.open()).subscribe(who, ['correction.decided']));
    const waiting = (session: string, id: string) =>
      insert('pushes', {
        id,
        session_id: session,
        kind: 'correction.decided',
        title: 'Ida Device',
        body: '',
        href: '/',
        tries: 0,
        next_at: Date.now() + 9e6,
        expires_at: Date.now() + 9e6,
      });
    const notice = uuidv7();
    await insert('notifications', {
      id: notice,
      person_id: boss.id,
      kind: 'correction.decided',
      title: 'Ida Device approved your correction',
      body: '',
      href: '/',
      at: Date.now(),
      named_id: ida.id,
      named_as: 'Ida Device',
    });
    await waiting(ida.session, uuidv7());
    await waiting(boss.session, notice);
    await erased(ida);
    const left = ['push_subscriptions', 'push_kinds', 'pushes'].map((table) =>
      rows(`SELECT session_id FROM ${table}`),
    );
    expect(await Promise.all(left)).toEqual([
      [{ session_id: boss.session }],
      [{ session_id: boss.session }],
      [],
    ]);
    expect(await rows('SELECT id FROM sessions WHERE user_id = ?', ida.id)).toEqual([]);
  });

  it('is not named in the flag of another who scanned on the same device', async () => {
    const [mia, noa] = [await someone({ name: 'Mia Device' }), await someone()];
    const { id } = await begun([mia, noa]);
    for (const who of [mia, noa]) {
      const { ticket } = await (await ticketFor(who, id, { token: (await code(id)).token })).json<Ticket>();
      const cookie = `${who.cookie}; muster-device=${'d'.repeat(36)}`;
      await ok(ask(`/sessions/${id}/attendance`, { as: { cookie }, json: { ticket }, key: newKey() }));
    }
    const flagsOf = async () =>
      (
        await rows<{ flags: string }>(
          'SELECT flags FROM session_attendance WHERE session_id = ? AND person_id = ?',
          id,
          noa.id,
        )
      )[0]?.flags;
    expect(await flagsOf()).toContain('Same device as Mia Device');
    await erased(mia);
    expect(JSON.parse((await flagsOf()) ?? '')).toEqual([
      { kind: 'shared_device', words: 'Same device as an erased person' },
    ]);
  });
});

it('a notification from before the migration says whom it names, unless two people have the name', async () => {
  await reset();
  const before = env.TEST_MIGRATIONS.filter(({ name }) => name < '0013');
  await applyD1Migrations(env.DB, before);
  const names = { ana: 'Ana Kovač', ben: 'Ben', one: 'Maria Santos', two: 'Maria Santos' };
  for (const [id, name] of Object.entries(names))
    await insert('people', {
      id,
      name,
      email: id,
      email_verified: 1,
      sort_key: id,
      roles: '[]',
      created_at: 1,
      updated_at: 1,
    });
  const texts = [
    ['correction.requested', 'Ana Kovač requested a correction', 'x', 'ana'],
    ['correction.decided', 'Ana Kovač approved your correction', 'x', 'ana'],
    ['correction.decided', 'Ben rejected your correction', 'x', 'ben'],
    ['days.entered', 'Ben changed your Tue 3 June', 'x', 'ben'],
    ['day.marked', 'Tue 3 June: on leave', 'Ana Kovač set the status of this day to “On leave”.', 'ana'],
    ['day.marked', 'Tue 3 June counts as recorded again', 'Ben removed the status set for this day.', 'ben'],
    ['days.entered', 'Maria Santos changed your Tue 3 June', 'x', null],
    ['attendance.absent', 'Marked absent on Tue 3 June', 'x', null],
  ] as const;
  for (const [n, [kind, title, body]] of texts.entries())
    await insert('notifications', { id: String(n), person_id: 'ben', kind, title, body, href: '/', at: n });
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  expect(await rows('SELECT named_id FROM notifications ORDER BY at')).toEqual(
    texts.map(([, , , named]) => ({ named_id: named })),
  );
});
