/** A session's list: the lock and unlocking, flags, trends. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Ticket } from '../../../../worker/contract/sessions/sessions';
import { begun, code, host, other, outcome, rowOf, scan, send, sheet, ticketFor, newHosts } from '../hosted';
import { ask, crowd, newKey, type Someone, someone } from '../../workplace';

beforeEach(newHosts);

describe('the lock', () => {
  it('repeated after a lost answer returns the first answer, as every change of a host does', async () => {
    const { id } = await begun([await someone()]);
    const reason = { reason: 'Doors closed' };
    for (const [act, json] of Object.entries({ lock: reason, unlock: reason, end: {} })) {
      const key = newKey();
      const once = async () => (await send(host, 'POST', `/sessions/${id}/${act}`, json, key)).json();
      const first = await once();
      const again = await once();
      expect([act, again]).toEqual([act, first]);
      expect(first).toMatchObject({ session: { id } });
    }
  });

  it('marks exactly the people of its preview, and unlocking removes exactly these marks', async () => {
    const people = await crowd(5);
    const [mia, noa, ela] = people as [Someone, Someone, Someone];
    const { id } = await begun(people);
    await scan(mia, id);
    await send(host, 'PUT', `/sessions/${id}/excuses/${noa.id}`, { reason: 'Doctor’s appointment' });
    await send(host, 'PUT', `/sessions/${id}/attendance/${ela.id}`, {
      status: 'late',
      reason: 'Bus was late',
    });
    const before = (await sheet(id)).attendees;
    const preview = await (
      await ask(`/sessions/${id}/lock`, { as: host })
    ).json<{ absent: string[]; excused: string[] }>();
    expect(preview.excused).toEqual([noa.id]);
    expect(new Set(preview.absent)).toEqual(new Set(people.slice(3).map((it) => it.id)));
    await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' });
    const locked = await sheet(id);
    expect(locked.session).toMatchObject({ lockedBy: { name: 'Hana Host' }, lockReason: 'Doors closed' });
    expect(locked.stats).toMatchObject({ present: 1, late: 1, excused: 1, absent: 2, unmarked: 0 });
    expect((await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Twice' })).status).toBe(409);
    expect(
      (await send(host, 'PUT', `/sessions/${id}/attendance/${mia.id}`, { status: null, reason: 'Late mark' }))
        .status,
    ).toBe(409);
    await send(host, 'POST', `/sessions/${id}/unlock`, { reason: 'Opened again' });
    expect((await sheet(id)).attendees).toEqual(before);
    const entries = await env.DB.prepare(
      `SELECT action, actor, after ->> 'lockReason' AS reason FROM journal WHERE subject = ? AND action LIKE 'session.%locked' ORDER BY id`,
    )
      .bind(`session/${id}`)
      .all();
    expect(entries.results).toEqual([
      { action: 'session.locked', actor: host.id, reason: 'Doors closed' },
      { action: 'session.unlocked', actor: host.id, reason: null },
    ]);
  });

  it('during a burst of scans marks each person once: a scan that came first counts', async () => {
    const people = await crowd(30);
    const { id } = await begun(people);
    const { token } = await code(id);
    const tickets = await Promise.all(
      people.map(async (who) => (await (await ticketFor(who, id, { token })).json<Ticket>()).ticket),
    );
    const scans = people.map((who, at) =>
      send(who, 'POST', `/sessions/${id}/attendance`, { ticket: tickets[at] }),
    );
    const locked = send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Now' });
    const outcomes = await Promise.all((await Promise.all(scans)).map(outcome));
    expect((await locked).status).toBe(200);
    const { attendees } = await sheet(id);
    people.forEach((who, at) => {
      const status = attendees.find(({ person }) => person.id === who.id)?.status;
      expect([outcomes[at], status]).toEqual(
        outcomes[at] === 'in' ? ['in', 'present'] : ['session_locked', 'absent'],
      );
    });
  });

  it('marks a thousand people in one commit, and unlocking restores the list', async () => {
    const now = Date.now();
    const ids = Array.from({ length: 1_000 }, () => uuidv7());
    await env.DB.prepare(
      `INSERT INTO people (id, name, email, email_verified, roles, active, created_at, updated_at)
       SELECT value, 'Student ' || key, value || '@example.org', 1, '["employee"]', 1, ?2, ?2 FROM json_each(?1)`,
    )
      .bind(JSON.stringify(ids), now)
      .run();
    const group = uuidv7();
    await send(host, 'PUT', `/groups/${group}`, { name: `Hall ${group}`, active: true });
    await env.DB.prepare(
      'INSERT INTO group_members (group_id, person_id, since) SELECT ?1, value, 0 FROM json_each(?2)',
    )
      .bind(group, JSON.stringify(ids))
      .run();
    const { id } = await begun([], { groups: [group] });
    const before = (await sheet(id)).attendees;
    expect(before).toHaveLength(1_000);
    const head = await env.DB.prepare('SELECT max(id) AS n FROM journal').first<number>('n');
    expect((await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' })).status).toBe(200);
    expect(await env.DB.prepare('SELECT max(id) AS n FROM journal').first<number>('n')).toBe((head ?? 0) + 1);
    expect((await sheet(id)).stats).toMatchObject({ absent: 1_000, unmarked: 0 });
    await send(host, 'POST', `/sessions/${id}/unlock`, { reason: 'Mistake' });
    expect((await sheet(id)).attendees).toEqual(before);
  });
});

describe('flags', () => {
  const withDevice = (device: string) => ({ Cookie: `muster-device=${device}` });

  it('name a device that several people share, and many refused tries; the host dismisses them', async () => {
    const [mia, noa] = [await someone({ name: 'Mia One' }), await someone({ name: 'Noa Two' })];
    const { id } = await begun([mia, noa]);
    const device = crypto.randomUUID();
    for (const who of [mia, noa]) {
      for (let n = 0; n < (who === noa ? 5 : 0); n += 1) await ticketFor(who, id, { code: '000001' });
      const { token } = await code(id);
      const { ticket } = await (await ticketFor(who, id, { token })).json<Ticket>();
      await ask(`/sessions/${id}/attendance`, {
        as: { cookie: `${who.cookie}; ${withDevice(device).Cookie}` },
        json: { ticket },
        key: newKey(),
      });
    }
    const flags = (await rowOf(id, noa))?.flags ?? [];
    expect(flags.map(({ kind }) => kind).sort()).toEqual(['many_failures', 'shared_device']);
    expect(flags.find(({ kind }) => kind === 'shared_device')?.words).toBe('Same device as Mia One');
    expect((await rowOf(id, mia))?.flags).toEqual([]);
    await send(host, 'POST', `/sessions/${id}/attendance/${noa.id}/dismiss-flags`, {});
    expect((await rowOf(id, noa))?.flags).toEqual([]);
  });

  it('name a person who was too far away too recently', async () => {
    const mia = await someone();
    const [berlin, hamburg] = [
      { lat: 52.52, lng: 13.405, radius: 100 },
      { lat: 53.55, lng: 9.99, radius: 100 },
    ];
    const first = await begun([mia], { title: 'Berlin', geofence: berlin });
    await scan(mia, first.id, { position: { ...berlin, radius: undefined, accuracy: 5 } });
    const second = await begun([mia], { geofence: hamburg });
    await scan(mia, second.id, { position: { ...hamburg, radius: undefined, accuracy: 5 } });
    expect((await rowOf(second.id, mia))?.flags.map(({ kind }) => kind)).toEqual(['impossible_speed']);
  });
});

describe('trends', () => {
  it('count late as come, leave out excused people, and mark a share below the threshold', async () => {
    const [mia, noa] = [await someone({ name: 'Aa Trend' }), await someone({ name: 'Ab Trend' })];
    const course = uuidv7();
    await send(host, 'PUT', `/courses/${course}`, { name: `Course ${course}`, threshold: 75, active: true });
    for (const [one, two] of [
      ['present', 'absent'],
      ['late', 'present'],
      ['excused', 'absent'],
    ]) {
      const { id } = await begun([mia, noa], { courseId: course });
      await send(host, 'PUT', `/sessions/${id}/attendance/${mia.id}`, { status: one, reason: 'By hand' });
      await send(host, 'PUT', `/sessions/${id}/attendance/${noa.id}`, { status: two, reason: 'By hand' });
      await send(host, 'POST', `/sessions/${id}/end`, {});
    }
    const query = `from=2000-01-01&to=2100-01-01&course=${course}`;
    const { rows } = await (await ask(`/sessions/trends?${query}`, { as: host })).json<{ rows: object[] }>();
    expect(rows).toMatchObject([
      { name: 'Aa Trend', counted: 2, came: 2, late: 1, excused: 1, absent: 0, below: false },
      { name: 'Ab Trend', counted: 3, came: 1, late: 0, excused: 0, absent: 2, below: true },
    ]);
    const csv = await (await ask(`/sessions/trends.csv?${query}`, { as: host })).text();
    expect(csv).toContain('Ab Trend,3,1,33.3,0,0,2,yes');
  });

  it('of other hosts’ sessions are for people who read reports', async () => {
    const [mia, head] = [await someone({ name: 'Ac Trend' }), await someone({ roles: ['supervisor'] })];
    const { id } = await begun([mia]);
    await send(host, 'POST', `/sessions/${id}/end`, {});
    for (const [as, visible] of [
      [host, true],
      [other, false],
      [head, true],
    ] as const)
      for (const path of ['trends', 'trends.csv'])
        for (const by of ['person', 'course', 'group'] as const) {
          const text = await (
            await ask(`/sessions/${path}?from=2000-01-01&to=2100-01-01&by=${by}`, { as })
          ).text();
          if (by === 'person') expect(text.includes('Ac Trend')).toBe(visible);
          if (path === 'trends') expect(text.includes(id)).toBe(visible);
        }
  });
});
