/** Sessions: listed, planned, run, ended by a host or by the clock; who may see them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { sessionChannel } from '../../../worker/contract/channels';
import type { SessionList } from '../../../worker/contract/sessions/sessions';
import { moveSessions } from '../../../worker/sessions/due';
import {
  admin,
  begun,
  content,
  host,
  type Made,
  MINUTE,
  other,
  outcome,
  rowOf,
  scan,
  send,
  sheet,
  newHosts,
} from './hosted';
import { ask, everything, listen, listening, scopeOf, sinceIn, type Someone, someone } from '../workplace';

beforeEach(newHosts);

describe('a session’s channel and sheet', () => {
  it('are for its hosts and for admins, not for other hosts or its attendees', async () => {
    const mia = await someone();
    const { id } = await begun([mia], { hosts: [host.id] });
    for (const [as, open] of [
      [host, true],
      [admin, true],
      [other, false],
      [mia, false],
    ] as const) {
      const socket = await listen(as, sessionChannel(id));
      expect(socket instanceof Response ? socket.status : 101).toBe(open ? 101 : 403);
      expect((await ask(`/channels/${sessionChannel(id)}/events?since=0`, { as })).status).toBe(
        open ? 200 : 403,
      );
      expect((await ask(`/sessions/${id}/attendance`, { as })).status).toBe(open ? 200 : 403);
      for (const file of ['attendance.csv', 'attendance.xlsx', 'stats', 'lock', 'code'])
        expect((await ask(`/sessions/${id}/${file}`, { as })).status).toBe(open ? 200 : 403);
    }
  });

  it('close immediately for a person who is no longer a host, or may no longer be one', async () => {
    const [out, down, boss] = await Promise.all([
      someone({ roles: ['host'] }),
      someone({ roles: ['host'] }),
      someone({ roles: ['admin'] }),
    ]);
    const startsAt = Date.now() + 60 * MINUTE;
    const plan = (hosts: Someone[]) =>
      content({ hosts: hosts.map(({ id }) => id), startsAt, endsAt: startsAt + MINUTE });
    const planned = await send(host, 'POST', '/sessions/live', { id: uuidv7(), ...plan([out, down]) });
    const { session } = await planned.json<Made>();
    const channel = sessionChannel(session.id);
    const outs = await listening(out, channel);
    const edit = { ...plan([host, down]), seenAt: session.updatedAt };
    expect((await send(host, 'PATCH', `/sessions/${session.id}`, edit)).status).toBe(200);
    await outs.until(() => outs.closed !== undefined);
    expect(await listen(out, channel)).toBeInstanceOf(Response);
    for (const who of [down, boss]) {
      const socket = await listening(who, channel);
      await send(admin, 'PUT', `/people/${who.id}/roles`, { roles: ['employee'] });
      await socket.until(() => socket.closed !== undefined);
      expect(socket.closed?.code).toBe(4001);
    }
  });

  it('show two hosts the same', async () => {
    const { id } = await begun([await someone()], { hosts: [other.id] });
    expect((await sheet(id, other)).attendees).toEqual((await sheet(id, host)).attendees);
  });

  it('keep the session’s rules from people who do not host it', async () => {
    const everyone = await listening(await someone(), 'sessions');
    await begun([], { geofence: { lat: 52.5, lng: 13.4, radius: 100 } });
    await everyone.until(() => everyone.events.length > 0);
    const text = JSON.stringify(everyone.events);
    for (const word of ['geofence', 'secret', '52.5', 'periodSeconds', 'lockReason'])
      expect(text).not.toContain(word);
  });
});

describe('the list of sessions', () => {
  const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC' }).format(Date.now());
  const days = (n: number) => new Date(Date.parse(today()) + n * 86_400_000).toISOString().slice(0, 10);
  const list = async (as: Someone, of: 'mine' | 'all' = 'mine') =>
    (await ask(`/sessions?from=${days(-2)}&to=${days(2)}&of=${of}`, { as })).json<SessionList>();

  it('has the person’s own participation, and counts only for people who may run the session', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa]);
    await scan(mia, id);
    const own = await list(mia);
    expect(own.mine[id]).toMatchObject({ listed: true, hosting: false, status: 'present' });
    expect(own.counts).toEqual({});
    expect((await list(host)).counts[id]).toEqual({ expected: 2, came: 1 });
    expect((await list(admin, 'all')).counts[id]).toEqual({ expected: 2, came: 1 });
  });

  it('and every other way keep sessions of others, their rooms and hosts, from people who do not manage them', async () => {
    const [mia, noa] = [await someone(), await someone({ roles: ['member'] })];
    const everyone = await listening(noa, 'sessions');
    const it = await begun([mia], { title: 'Debt advice', room: 'Room 9', hosts: [other.id] });
    await everyone.until(() => everyone.events.length > 0);
    const strangers = [noa, await someone({ roles: ['supervisor'] }), await someone({ roles: ['host'] })];
    const ways = [
      JSON.stringify(everyone.events),
      await (await ask('/channels/sessions/events?since=0', { as: noa })).text(),
      ...(await Promise.all(strangers.map(async (who) => JSON.stringify(await list(who))))),
    ];
    for (const who of strangers) {
      const all = await ask(`/sessions?from=${days(-2)}&to=${days(2)}&of=all`, { as: who });
      const own = await ask(`/sessions/${it.id}/participation`, { as: who });
      expect([all.status, own.status]).toEqual([403, 404]);
      ways.push(await all.text(), await own.text());
    }
    for (const way of ways)
      for (const word of ['Debt', 'Room 9', other.id, 'Otto']) expect(way).not.toContain(word);
    for (const who of [mia, host, other, admin])
      expect((await ask(`/sessions/${it.id}/participation`, { as: who })).status).toBe(200);
  });

  it('shares one moment with the person’s own channel, which carries every later change', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { at } = await list(mia);
    await scan(mia, id);
    const { events: since } = await (
      await ask(sinceIn(at, `user.${mia.id}`), { as: mia })
    ).json<{ events: { type: string }[] }>();
    expect(since.map(({ type }) => type)).toEqual(['session.marked']);
  });

  it('leaves people beside the groups to the sheet, so that an edit keeps them', async () => {
    const mia = await someone({ name: 'Mia Alone' });
    const { id } = await begun([mia]);
    expect((await sheet(id)).people).toEqual([{ id: mia.id, name: 'Mia Alone' }]);
  });
});

describe('the end', () => {
  it('marks unmarked people absent once, and unlocking afterwards keeps the marks', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa]);
    await scan(mia, id);
    await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' });
    const answers = await Promise.all([1, 2].map(() => send(host, 'POST', `/sessions/${id}/end`, {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await send(host, 'POST', `/sessions/${id}/unlock`, { reason: 'To correct' });
    expect((await sheet(id)).stats).toMatchObject({ present: 1, absent: 1, unmarked: 0 });
    const mark = { status: 'excused', reason: 'Was ill' };
    expect((await send(host, 'PUT', `/sessions/${id}/attendance/${noa.id}`, mark)).status).toBe(200);
  });

  it('marks no person absent who joined a group after the lock', async () => {
    const [mia, noa, group] = [await someone(), await someone(), uuidv7()];
    await send(host, 'PUT', `/groups/${group}`, { name: `Locked ${group}`, active: true });
    const join = (as: Someone, who: Someone) =>
      send(as, 'POST', `/groups/${group}/members`, {
        since: 0,
        dryRun: false,
        rows: [{ line: 1, email: who.email }],
      });
    await join(host, mia);
    const { id } = await begun([], { groups: [group] });
    await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' });
    expect((await join(other, noa)).status).toBe(200);
    expect((await send(host, 'POST', `/sessions/${id}/end`, {})).status).toBe(200);
    expect([(await rowOf(id, mia))?.status, (await rowOf(id, noa))?.status]).toEqual(['absent', null]);
  });

  it('leaves no person unmarked when it races an unlock', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' });
    await Promise.all([
      send(host, 'POST', `/sessions/${id}/end`, {}),
      send(host, 'POST', `/sessions/${id}/unlock`, { reason: 'To correct' }),
    ]);
    expect((await rowOf(id, mia))?.status).toBe('absent');
  });

  it('comes from the clock, however late the job runs; unstarted sessions are cancelled, and a shift’s sheet opens', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const startsAt = Date.now() + 60_000;
    const later = async (kind: string) =>
      (
        await (
          await send(host, 'POST', '/sessions/live', {
            id: uuidv7(),
            ...content({ kind, startsAt, endsAt: startsAt + 60 * MINUTE, people: [mia.id] }),
          })
        ).json<Made>()
      ).session.id;
    const [forgotten, shift] = [await later('class'), await later('shift')];
    await moveSessions(scopeOf(admin, startsAt));
    expect((await sheet(shift)).session.state).toBe('active');
    for (let n = 0; n < 2; n += 1) await moveSessions(scopeOf(admin, startsAt + 5 * 24 * 60 * MINUTE));
    expect((await sheet(id)).session.state).toBe('completed');
    expect((await sheet(id)).stats).toMatchObject({ absent: 1, unmarked: 0 });
    expect((await sheet(shift)).session.state).toBe('completed');
    expect((await sheet(forgotten)).session.state).toBe('cancelled');
  });
});

describe('a refusal names the field and changes nothing:', () => {
  const id = uuidv7();
  it.each([
    ['an end before the start', { endsAt: 1 }, 'endsAt'],
    ['a period of four seconds', { periodSeconds: 4 }, 'periodSeconds'],
    ['a group that is none', { groups: [uuidv7()] }, 'groups'],
    ['a person who does not work here', { people: [uuidv7()] }, 'people'],
    ['a course that is none', { courseId: uuidv7() }, 'courseId'],
    ['a radius of ten kilometres', { geofence: { lat: 1, lng: 1, radius: 10_000 } }, 'geofence.radius'],
    ['an empty title', { title: ' ' }, 'title'],
    [
      'a start in a year of five digits',
      { startsAt: 253_402_300_800_000, endsAt: 253_402_300_801_000 },
      'startsAt',
    ],
    ['an unknown field', { colour: 'red' }, 'colour'],
  ])('%s', async (_what, more, path) => {
    const before = await everything();
    const answer = await send(host, 'POST', '/sessions/live', { id, ...content(more) });
    const body = await answer.json<{ code: string; issues: { path: string }[] }>();
    expect([answer.status, body.code, body.issues[0]?.path]).toEqual([400, 'invalid_input', path]);
    expect(await everything()).toEqual(before);
  });

  it('the id of another host’s session, which reveals nothing', async () => {
    const { id: theirs } = await begun([], { geofence: { lat: 52.5, lng: 13.4, radius: 50 } });
    const before = await everything();
    const answer = await send(other, 'POST', '/sessions/live', { id: theirs, ...content() });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('52.5');
    expect(await everything()).toEqual(before);
  });

  it('a person who may not be a host', async () => {
    const employee = await someone();
    const answer = await send(host, 'POST', '/sessions/live', { id, ...content({ hosts: [employee.id] }) });
    expect(answer.status).toBe(400);
  });

  it('an end more than a day after the start of an active session', async () => {
    const { id: on, startsAt } = await begun([]);
    const extend = (ms: number) => send(host, 'PUT', `/sessions/${on}/running`, { endsAt: startsAt + ms });
    expect(await outcome(await extend(24 * 60 * MINUTE + 1))).toBe('invalid_input');
    expect((await extend(24 * 60 * MINUTE)).status).toBe(200);
  });

  it('an edit of a session that has started, or that another person has changed', async () => {
    const { id: on, updatedAt } = await begun([]);
    const edited = { ...content(), hosts: [host.id], seenAt: updatedAt };
    expect(await outcome(await send(host, 'PATCH', `/sessions/${on}`, edited))).toBe('illegal_move');
    const planned = await send(host, 'POST', '/sessions/live', { id, ...content() });
    const { session } = await planned.json<Made>();
    const change = (seenAt: number, title: string) =>
      send(host, 'PATCH', `/sessions/${id}`, { ...content({ title }), hosts: [host.id], seenAt });
    expect((await change(session.updatedAt, 'Second aid')).status).toBe(200);
    expect(await outcome(await change(session.updatedAt, 'Third aid'))).toBe('changed_meanwhile');
    expect((await sheet(id)).session.title).toBe('Second aid');
  });
});
