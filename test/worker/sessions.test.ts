/** Sessions: made, run, ended; codes that rotate; scans of every kind; marks by hand; the lock. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { sessionChannel } from '../../worker/contract/channels';
import type { Code, HostedSession, MySession, SessionList, Ticket } from '../../worker/contract/sessions';
import { type Attendee, type SessionSheet, statsOf } from '../../worker/contract/sheets';
import { codeOf } from '../../worker/scans/code';
import { takePart } from '../../worker/scans/part';
import { issueTicket } from '../../worker/scans/ticket';
import { moveSessions } from '../../worker/sessions/due';
import { sessionWith } from '../../worker/sessions/sessions';
import {
  ask,
  everything,
  listen,
  Listening,
  listening,
  newKey,
  scopeOf,
  type Someone,
  someone,
} from './workplace';

const MINUTE = 60_000;
let [host, other, admin] = [] as unknown as [Someone, Someone, Someone];
// New ones for each test: a host who did all of it would meet the ceiling on writes.
beforeEach(async () => {
  [host, other, admin] = await Promise.all([
    someone({ roles: ['host'], name: 'Hana Host' }),
    someone({ roles: ['host'], name: 'Otto Other' }),
    someone({ roles: ['admin'], name: 'Ada Admin' }),
  ]);
});

interface Made {
  session: HostedSession;
}

const content = (more: object = {}) => ({
  ...{ kind: 'class', title: 'First aid', courseId: null, groups: [], people: [], hosts: [], room: 'Room 2' },
  ...{ startsAt: Date.now(), endsAt: Date.now() + 90 * MINUTE, lateAfterMinutes: 10, opensBeforeMinutes: 10 },
  ...{ periodSeconds: 15, strict: false, geofence: null },
  ...more,
});

const send = (as: Someone, method: string, path: string, json?: unknown, key = newKey()) =>
  ask(path, { method, as, json, key });

/** A session that has begun, with these people on its list. */
async function begun(people: Someone[], more: object = {}, as = host): Promise<HostedSession> {
  const json = { id: uuidv7(), ...content({ people: people.map(({ id }) => id), ...more }), start: true };
  const answer = await send(as, 'POST', '/sessions/live', json);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json<Made>()).session;
}

const code = async (id: string, as = host) => (await ask(`/sessions/${id}/code`, { as })).json<Code>();
const sheet = async (id: string, as = host) =>
  (await ask(`/sessions/${id}/attendance`, { as })).json<SessionSheet>();
const rowOf = async (id: string, who: Someone) =>
  (await sheet(id)).attendees.find(({ person }) => person.id === who.id);

const ticketFor = (as: Someone, id: string, json: object) => ask(`/sessions/${id}/tickets`, { as, json });
async function scan(as: Someone, id: string, more: object = {}): Promise<Response> {
  const { token } = await code(id);
  const answer = await ticketFor(as, id, { token });
  if (!answer.ok) return answer;
  const { ticket } = await answer.json<Ticket>();
  return send(as, 'POST', `/sessions/${id}/attendance`, { ticket, ...more });
}
const outcome = async (answer: Response) => {
  const body = await answer.json<{ outcome?: string; code?: string }>();
  return body.outcome ?? body.code;
};

describe('a scan', () => {
  it('puts somebody on the list, tells the host at once, and the person what is theirs', async () => {
    const mia = await someone({ name: 'Mia Attendee' });
    const { id } = await begun([mia]);
    const [screen, own] = [await listening(host, sessionChannel(id)), await listening(mia, `user.${mia.id}`)];
    expect(await outcome(await scan(mia, id))).toBe('in');
    await screen.until(() => screen.events.length > 0);
    expect(screen.events[0]).toMatchObject({
      type: 'CHECK_IN',
      data: { person: { name: 'Mia Attendee' }, status: 'present', method: 'scan' },
    });
    await own.until(() => own.events.length > 0);
    expect(own.events[0]).toMatchObject({
      type: 'session.marked',
      data: { sessionId: id, status: 'present' },
    });
    expect(await (await ask(`/sessions/${id}/stats`, { as: host })).json()).toMatchObject({
      expected: 1,
      present: 1,
      unmarked: 0,
    });
  });

  it('again is told “already in”, with the same receipt', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const first = await (await scan(mia, id)).json<{ receipt: object }>();
    const again = await (await scan(mia, id)).json<{ outcome: string; receipt: object }>();
    expect(again).toMatchObject({ outcome: 'already_in', receipt: first.receipt });
  });

  it('with the same key is answered alike', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { token } = await code(id);
    const { ticket } = await (await ticketFor(mia, id, { token })).json<Ticket>();
    const key = newKey();
    const answers = await Promise.all(
      [1, 2].map(() => send(mia, 'POST', `/sessions/${id}/attendance`, { ticket }, key)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('of one ticket fifty times at once is one success', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { token } = await code(id);
    const { ticket } = await (await ticketFor(mia, id, { token })).json<Ticket>();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => send(mia, 'POST', `/sessions/${id}/attendance`, { ticket })),
    );
    const outcomes = await Promise.all(answers.map(outcome));
    expect(outcomes.filter((it) => it === 'in')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['in', 'already_in']));
    const rows = await env.DB.prepare('SELECT count(*) AS n FROM session_attendance WHERE session_id = ?')
      .bind(id)
      .first('n');
    expect(rows).toBe(1);
  });

  it('is late after the minutes that the host allows, by the moment of the scan', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const startsAt = Date.now();
    const { id } = await begun([mia, noa], { startsAt, lateAfterMinutes: 10 });
    const row = await sessionWith(scopeOf(host, startsAt), id);
    const at = async (who: Someone, ms: number) => {
      const scope = () => scopeOf(who, startsAt + ms);
      const { token } = await codeOf(row, startsAt + ms);
      const { ticket } = await issueTicket(scope(), id, { token: token ?? '' }, { address: 'x' });
      // However long the sign-in takes after it.
      return takePart(scopeOf(who, startsAt + ms + 4 * MINUTE), id, { ticket, ask: false }, 'device');
    };
    expect((await at(mia, 10 * MINUTE)).outcome).toBe('in');
    expect((await at(noa, 10 * MINUTE + 1)).outcome).toBe('late');
  });

  it('with typed digits counts too', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { typed } = await code(id);
    expect(typed).toMatch(/^\d{6}$/);
    const { ticket } = await (await ticketFor(mia, id, { code: typed })).json<Ticket>();
    expect(await outcome(await send(mia, 'POST', `/sessions/${id}/attendance`, { ticket }))).toBe('in');
    expect((await rowOf(id, mia))?.method).toBe('code');
  });

  it('before the sign-in holds its moment: the pass is good once, for whoever signs in', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { token } = await code(id);
    const { pass } = await (
      await ask(`/sessions/${id}/passes`, { json: { token } })
    ).json<{ pass: string }>();
    const { ticket } = await (await ticketFor(mia, id, { pass })).json<Ticket>();
    expect(await outcome(await ticketFor(mia, id, { pass }))).toBe('ticket_spent');
    expect(await outcome(await send(mia, 'POST', `/sessions/${id}/attendance`, { ticket }))).toBe('in');
  });

  it('before the time, or of no session, is held against nobody, and leaves nothing of a session that is none', async () => {
    const mia = await someone();
    const startsAt = Date.now() + 60 * MINUTE;
    const planned = { id: uuidv7(), ...content({ people: [mia.id], startsAt, endsAt: startsAt + MINUTE }) };
    await send(host, 'POST', '/sessions/live', planned);
    const tries = () => env.DB.prepare('SELECT key FROM tries WHERE key NOT LIKE ?').bind(`%${planned.id}%`);
    const before = [await everything(), (await tries().all()).results];
    expect(await outcome(await ticketFor(mia, planned.id, { code: '000000' }))).toBe('too_early');
    const none = uuidv7();
    expect((await ask(`/sessions/${none}/passes`, { json: { token: 'A'.repeat(22) } })).status).toBe(404);
    expect((await ticketFor(mia, none, { code: '000000' })).status).toBe(404);
    const ticket = 'f'.repeat(64);
    expect((await send(mia, 'POST', `/sessions/${none}/attendance`, { ticket })).status).toBe(404);
    expect([await everything(), (await tries().all()).results]).toEqual(before);
  });

  it('counts while strangers at the same address have used up their tries', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    await env.DB.prepare('INSERT INTO tries (key, count, resets_at) VALUES (?, 1200, ?)')
      .bind(`pass ${id} local`, Date.now() + MINUTE)
      .run();
    expect((await ask(`/sessions/${id}/passes`, { json: { token: 'A'.repeat(22) } })).status).toBe(429);
    expect(await outcome(await scan(mia, id))).toBe('in');
  });

  describe('is refused in words, and a good one after it counts,', () => {
    it('when the code is stale, forged, or another session’s', async () => {
      const mia = await someone();
      const { id } = await begun([mia]);
      const elsewhere = await begun([mia]);
      const now = Date.now();
      const row = await sessionWith(scopeOf(host, now), id);
      const old = await codeOf({ ...row, startedAt: now - 600_000 }, now - 300_000);
      const foreign = await code(elsewhere.id);
      for (const token of [old.token, foreign.token, 'A'.repeat(22)])
        expect(await outcome(await ticketFor(mia, id, { token }))).toBe('code_expired');
      expect(await outcome(await scan(mia, id))).toBe('in');
    });

    it('when the ticket is somebody else’s, or made up', async () => {
      const [mia, eve] = [await someone(), await someone()];
      const { id } = await begun([mia, eve]);
      const { token } = await code(id);
      const { ticket } = await (await ticketFor(mia, id, { token })).json<Ticket>();
      for (const taken of [ticket, 'f'.repeat(64)])
        expect(await outcome(await send(eve, 'POST', `/sessions/${id}/attendance`, { ticket: taken }))).toBe(
          'ticket_spent',
        );
      expect(await outcome(await send(mia, 'POST', `/sessions/${id}/attendance`, { ticket }))).toBe('in');
    });

    it('when somebody is not on the list', async () => {
      const { id } = await begun([]);
      expect(await outcome(await scan(await someone(), id))).toBe('not_on_list');
    });

    it('when somebody has been taken off the list since', async () => {
      const [mia, group] = [await someone(), uuidv7()];
      await send(host, 'PUT', `/groups/${group}`, { name: `Left ${group}`, active: true });
      const rows = [{ line: 1, email: mia.email }];
      const join = () =>
        send(host, 'POST', `/groups/${group}/members`, { since: Date.now(), dryRun: false, rows });
      await join();
      const { id } = await begun([], { groups: [group], startsAt: Date.now() + MINUTE });
      const { ticket } = await (await ticketFor(mia, id, { token: (await code(id)).token })).json<Ticket>();
      await send(host, 'DELETE', `/groups/${group}/members/${mia.id}`);
      const taken = () => send(mia, 'POST', `/sessions/${id}/attendance`, { ticket });
      expect(await outcome(await taken())).toBe('not_on_list');
      await join();
      expect(await outcome(await taken())).toBe('in');
    });

    it('when it is too early: no code is shown, and one that leaks counts for nothing', async () => {
      const mia = await someone();
      const startsAt = Date.now() + 60 * MINUTE;
      const answer = await send(host, 'POST', '/sessions/live', {
        id: uuidv7(),
        ...content({ people: [mia.id], startsAt, endsAt: startsAt + MINUTE }),
      });
      const { id } = (await answer.json<Made>()).session;
      expect(await code(id)).toMatchObject({ token: null, typed: null });
      expect(await outcome(await ticketFor(mia, id, { code: '123456' }))).toBe('too_early');
      await send(host, 'POST', `/sessions/${id}/start`, {});
      expect(await outcome(await scan(mia, id))).toBe('in');
    });

    it('when the session is over, cancelled or locked, also with a ticket from before', async () => {
      for (const [act, json, expected] of [
        ['end', {}, 'session_over'],
        ['cancel', { reason: 'Room flooded' }, 'session_cancelled'],
        ['lock', { reason: 'Doors closed' }, 'session_locked'],
      ] as const) {
        const mia = await someone();
        const { id } = await begun([mia]);
        const { token } = await code(id);
        const { ticket } = await (await ticketFor(mia, id, { token })).json<Ticket>();
        expect((await send(host, 'POST', `/sessions/${id}/${act}`, json)).status).toBe(200);
        expect(await outcome(await ticketFor(mia, id, { token }))).toBe(expected);
        expect(await outcome(await send(mia, 'POST', `/sessions/${id}/attendance`, { ticket }))).toBe(
          expected,
        );
        expect(await code(id)).toMatchObject({ token: null, typed: null });
      }
    });

    it('when there were too many tries, with the seconds to wait', async () => {
      const mia = await someone();
      const { id } = await begun([mia]);
      const answers: Response[] = [];
      for (let n = 0; n < 13; n += 1) answers.push(await ticketFor(mia, id, { code: '000000' }));
      expect(answers.at(-1)?.status).toBe(429);
      expect(Number(answers.at(-1)?.headers.get('Retry-After'))).toBeGreaterThan(0);
    });
  });
});

describe('a hall that scans at once', () => {
  it('is recorded once each, and a host’s screen counts from its events what the database holds', async () => {
    const people = await Promise.all(Array.from({ length: 80 }, () => someone()));
    const { id } = await begun(people);
    const before = await sheet(id);
    const screen = await listening(host, sessionChannel(id), `?epoch=${before.epoch}&since=${before.head}`);
    const outcomes = await Promise.all(people.map(async (who) => outcome(await scan(who, id))));
    expect(new Set(outcomes)).toEqual(new Set(['in']));
    await screen.until(() => screen.events.length === 80);
    const shown = new Map(before.attendees.map((it) => [it.person.id, it]));
    for (const { data } of screen.events) shown.set((data as Attendee).person.id, data as Attendee);
    const after = await sheet(id);
    expect(statsOf([...shown.values()])).toEqual(after.stats);
    expect(after.stats).toMatchObject({ expected: 80, present: 80, unmarked: 0 });
    expect(new Set(shown.values())).toEqual(new Set(after.attendees));
  });
});

describe('strict mode', () => {
  it('shows a new code after every scan: of two who scan the same one, one is in', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa], { strict: true });
    const screen = await listening(host, sessionChannel(id));
    const { token } = await code(id);
    const answers = await Promise.all([mia, noa].map((who) => ticketFor(who, id, { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await screen.until(() => screen.events.some(({ type }) => type === 'CODE_USED'));
    expect((await code(id)).token).not.toBe(token);
  });

  it('gives strangers no passes: nobody uses up codes, or hands scans on, without an account', async () => {
    const { id } = await begun([], { strict: true });
    const { token } = await code(id);
    expect(await outcome(await ask(`/sessions/${id}/passes`, { json: { token } }))).toBe('not_signed_in');
    expect((await code(id)).token).toBe(token);
  });
});

describe('the code’s socket', () => {
  it('tells nothing more to whoever may no longer run the session, or has signed out', async () => {
    const { id } = await begun([]);
    for (const leave of [
      (who: Someone) => send(admin, 'PUT', `/people/${who.id}/roles`, { roles: ['employee'] }),
      (who: Someone) => ask('/session', { method: 'DELETE', as: who }),
    ]) {
      const boss = await someone({ roles: ['admin'] });
      const headers = { Upgrade: 'websocket' };
      const answer = await ask(`/sessions/${id}/code/socket`, { as: boss, headers });
      const socket = new Listening(answer.webSocket as WebSocket);
      await socket.until(() => socket.frames.length === 1);
      await leave(boss);
      socket.socket.send('next');
      await socket.until(() => socket.closed !== undefined);
      expect([socket.frames.length, socket.closed?.code]).toEqual([1, 4001]);
    }
  });

  it('tells once more, however often it is asked at once', async () => {
    const { id } = await begun([]);
    const answer = await ask(`/sessions/${id}/code/socket`, { as: host, headers: { Upgrade: 'websocket' } });
    const socket = new Listening(answer.webSocket as WebSocket);
    await socket.until(() => socket.frames.length === 1);
    for (let n = 0; n < 20; n += 1) socket.socket.send('next');
    await socket.until(() => socket.frames.length === 3);
    for (let n = 0; n < 20; n += 1) await code(id); // longer than eighteen more would have taken
    expect(socket.frames).toHaveLength(3);
    socket.socket.close();
  });

  it('tells a host the code, and again when asked', async () => {
    const { id } = await begun([]);
    const answer = await ask(`/sessions/${id}/code/socket`, { as: host, headers: { Upgrade: 'websocket' } });
    const socket = answer.webSocket as WebSocket;
    const told: Code[] = [];
    const arrived = (n: number) =>
      new Promise<void>((done) => {
        socket.addEventListener('message', ({ data }) => {
          told.push(JSON.parse(String(data)) as Code);
          if (told.length === n) done();
        });
      });
    const first = arrived(1);
    socket.accept();
    await first;
    expect(told[0]).toMatchObject({ kind: 'code', periodMs: 15_000 });
    expect(told[0]?.token).toBe((await code(id)).token);
    const second = new Promise<void>((done) => socket.addEventListener('message', () => done()));
    socket.send('next');
    await second;
    socket.close();
  });

  it('is for its hosts and admins', async () => {
    const { id } = await begun([]);
    const status = async (as: Someone) =>
      (await ask(`/sessions/${id}/code/socket`, { as, headers: { Upgrade: 'websocket' } })).status;
    expect(await status(other)).toBe(403);
    expect(await status(await someone())).toBe(403);
  });
});

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

  it('are closed at once to whoever is no longer a host, or may no longer be one', async () => {
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

  it('of two hosts show the same', async () => {
    const { id } = await begun([await someone()], { hosts: [other.id] });
    expect((await sheet(id, other)).attendees).toEqual((await sheet(id, host)).attendees);
  });

  it('never tell everyone how a session is run', async () => {
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

  it('tells one’s own part, and how many came to those only who may run it', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa]);
    await scan(mia, id);
    const own = await list(mia);
    expect(own.mine[id]).toMatchObject({ listed: true, hosting: false, status: 'present' });
    expect(own.counts).toEqual({});
    expect((await list(host)).counts[id]).toEqual({ expected: 2, came: 1 });
    expect((await list(admin, 'all')).counts[id]).toEqual({ expected: 2, came: 1 });
    expect((await list(other, 'all')).counts[id]).toBeUndefined();
  });

  it('stands with one’s own channel at one moment: what comes after is told by it', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { own } = await list(mia);
    await scan(mia, id);
    const { events: since } = await (
      await ask(`/channels/user.${mia.id}/events?since=${own}`, { as: mia })
    ).json<{ events: { type: string }[] }>();
    expect(since.map(({ type }) => type)).toEqual(['session.marked']);
  });

  it('leaves it to the sheet who is named beside the groups, so that an edit keeps them', async () => {
    const mia = await someone({ name: 'Mia Alone' });
    const { id } = await begun([mia]);
    expect((await sheet(id)).people).toEqual([{ id: mia.id, name: 'Mia Alone' }]);
  });
});

describe('the lock', () => {
  it('like all that a host does, is answered alike when it is asked again after a lost answer', async () => {
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

  it('says who would become what, does exactly that, and takes exactly that back', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, () => someone()));
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

  it('during a burst of scans leaves nobody both: whoever is in before it stays in', async () => {
    const people = await Promise.all(Array.from({ length: 30 }, () => someone()));
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

  it('holds a list of a thousand in one commit, and gives it back as it was', async () => {
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

describe('the end', () => {
  it('makes the unmarked absent once, and undoing an earlier lock does not take it back', async () => {
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

  it('makes nobody absent from a list that was locked before they were put into a group, by whichever host', async () => {
    const [mia, noa, group] = [await someone(), await someone(), uuidv7()];
    await send(host, 'PUT', `/groups/${group}`, { name: `Locked ${group}`, active: true });
    const join = (as: Someone, who: Someone) =>
      send(as, 'POST', `/groups/${group}/members`, {
        ...{ since: 0, dryRun: false, rows: [{ line: 1, email: who.email }] },
      });
    await join(host, mia);
    const { id } = await begun([], { groups: [group] });
    await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' });
    expect((await join(other, noa)).status).toBe(200);
    expect((await send(host, 'POST', `/sessions/${id}/end`, {})).status).toBe(200);
    expect([(await rowOf(id, mia))?.status, (await rowOf(id, noa))?.status]).toEqual(['absent', null]);
  });

  it('at the moment in which the lock is undone leaves nobody without a mark', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    await send(host, 'POST', `/sessions/${id}/lock`, { reason: 'Doors closed' });
    await Promise.all([
      send(host, 'POST', `/sessions/${id}/end`, {}),
      send(host, 'POST', `/sessions/${id}/unlock`, { reason: 'To correct' }),
    ]);
    expect((await rowOf(id, mia))?.status).toBe('absent');
  });

  it('comes by itself, however late the job runs; what nobody started is cancelled; a shift’s sheet opens', async () => {
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

describe('a session with a place', () => {
  const geofence = { lat: 52.52, lng: 13.405, radius: 100 };
  /** Metres to the north of its point. */
  const north = (metres: number, accuracy = 5) => ({
    position: { lat: geofence.lat + metres / 111_195, lng: geofence.lng, accuracy },
  });

  it.each([
    ['inside', north(90), 'in', 'inside'],
    ['outside by less than the phone is unsure of', north(130, 40), 'in', 'edge'],
    ['outside by more', north(150, 40), 'outside_area', undefined],
    [
      'far away with a phone that claims to be unsure of kilometres',
      north(5_000, 90_000),
      'outside_area',
      undefined,
    ],
    ['nowhere', {}, 'position_needed', undefined],
  ])('answers a scan from %s', async (_where, position, expected, band) => {
    const mia = await someone();
    const { id } = await begun([mia], { geofence });
    expect(await outcome(await scan(mia, id, position))).toBe(expected);
    expect((await rowOf(id, mia))?.band ?? undefined).toBe(band);
  });

  it('keeps a band of the distance and no coordinates', async () => {
    const mia = await someone();
    const { id } = await begun([mia], { geofence });
    await scan(mia, id, north(37.25));
    const { lat } = north(37.25).position;
    expect(JSON.stringify(await everything())).not.toContain(String(lat).slice(0, 8));
  });

  it('asked for twice, since the answer was lost, asks a host once; one’s own page tells both', async () => {
    const mia = await someone();
    const { id } = await begun([mia], { geofence });
    const { token } = await code(id);
    const { ticket } = await (await ticketFor(mia, id, { token })).json<Ticket>();
    const key = newKey();
    const asked = () =>
      send(mia, 'POST', `/sessions/${id}/attendance`, { ticket, ask: true }, key).then((it) => it.json());
    const first = await asked();
    expect(first).toMatchObject({ outcome: 'asked', part: { status: null, asking: true } });
    expect(await asked()).toEqual(first);
    const own = async () => (await ask(`/sessions/${id}/part`, { as: mia })).json<MySession>();
    const before = await own();
    expect(before).toMatchObject({ session: { id, placed: true }, part: { asking: true } });
    expect(Object.keys(before.session)).not.toContain('geofence');
    const follows = await listening(mia, `user.${mia.id}`);
    await send(host, 'PUT', `/sessions/${id}/requests/${mia.id}`, { accept: true });
    await follows.until(() => follows.events.length > 0);
    expect(follows.events[0]).toMatchObject({ seq: before.head + 1, type: 'session.marked' });
    expect((await own()).part).toMatchObject({ status: 'present', asking: false });
  });

  it('asks a host where the position is denied; one tap lets in, with the moment of the scan', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa], { geofence });
    const screen = await listening(host, sessionChannel(id));
    expect(await outcome(await scan(mia, id, { ask: true }))).toBe('asked');
    expect(await outcome(await scan(noa, id, { ask: true, ...north(9_000) }))).toBe('asked');
    await screen.until(() => screen.events.length === 2);
    expect(screen.events.map(({ data }) => (data as Attendee).asking?.kind)).toEqual([
      'no_position',
      'outside',
    ]);
    expect((await sheet(id)).stats.asking).toBe(2);
    const own = await listening(mia, `user.${mia.id}`);
    const answers = await Promise.all(
      [1, 2].map(() => send(host, 'PUT', `/sessions/${id}/requests/${mia.id}`, { accept: true })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await own.until(() => own.events.length > 0);
    expect(own.events[0]).toMatchObject({ data: { status: 'present', asking: false } });
    await send(host, 'PUT', `/sessions/${id}/requests/${noa.id}`, { accept: false });
    expect((await sheet(id)).stats).toMatchObject({ present: 1, asking: 0, unmarked: 1 });
    expect((await rowOf(id, mia))?.method).toBe('request');
  });
});

describe('signs', () => {
  const withDevice = (device: string) => ({ Cookie: `muster-device=${device}` });

  it('name one device for several people, and many refused tries; the host clears them', async () => {
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
    await send(host, 'POST', `/sessions/${id}/attendance/${noa.id}/clear`, {});
    expect((await rowOf(id, noa))?.flags).toEqual([]);
  });

  it('name somebody who was too far away too recently', async () => {
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

describe('groups', () => {
  it('count from when somebody belongs: a late enrolment does not count before it, a leaving not after it', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const group = uuidv7();
    await send(host, 'PUT', `/groups/${group}`, { name: `Year ${group}`, active: true });
    const now = Date.now();
    const enrol = (who: Someone, since: number) =>
      send(host, 'POST', `/groups/${group}/members`, {
        since,
        dryRun: false,
        rows: [{ line: 1, email: who.email }],
      });
    await enrol(mia, now - MINUTE);
    await enrol(noa, now + MINUTE);
    const early = await begun([], { groups: [group], startsAt: now });
    expect((await sheet(early.id)).attendees.map(({ person }) => person.id)).toEqual([mia.id]);
    const late = await begun([], { groups: [group], startsAt: now + 2 * MINUTE });
    expect((await sheet(late.id)).stats.expected).toBe(2);
    await send(host, 'DELETE', `/groups/${group}/members/${mia.id}`);
    expect((await sheet(early.id)).attendees.map(({ person }) => person.id)).toEqual([mia.id]);
    // Whoever comes back belongs anew: the time before is not forgotten.
    await enrol(mia, now + 10 * MINUTE);
    expect((await sheet(early.id)).attendees.map(({ person }) => person.id)).toEqual([mia.id]);
    const { members } = await (
      await ask(`/groups/${group}/members`, { as: host })
    ).json<{ members: object[] }>();
    expect(members).toHaveLength(2);
  });

  it('take a file line by line: a dry run writes nothing, a bad line keeps no good one out', async () => {
    const [mia, group] = [await someone(), uuidv7()];
    await send(host, 'PUT', `/groups/${group}`, { name: `File ${group}`, active: true });
    const rows = [
      { line: 2, email: ` ${mia.email.toUpperCase()} ` },
      { line: 3, email: 'nobody@example.org' },
      { line: 4, email: mia.email },
    ];
    const enrol = (dryRun: boolean) =>
      send(host, 'POST', `/groups/${group}/members`, { since: Date.now(), dryRun, rows });
    const before = await everything();
    const tried = await (await enrol(true)).json<{ rows: { outcome: string }[] }>();
    expect(tried.rows.map(({ outcome: it }) => it)).toEqual(['would_enrol', 'refused', 'there']);
    expect(await everything()).toEqual(before);
    const done = await (await enrol(false)).json<{ rows: { outcome: string }[] }>();
    expect(done.rows.map(({ outcome: it }) => it)).toEqual(['enrolled', 'refused', 'there']);
  });
});

describe('trends', () => {
  it('count what counted: late is come, excused does not count, below the threshold is said', async () => {
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

  it('of others’ sessions are for those who read everybody’s reports', async () => {
    const [mia, head] = [await someone({ name: 'Ac Trend' }), await someone({ roles: ['supervisor'] })];
    const { id } = await begun([mia]);
    await send(host, 'POST', `/sessions/${id}/end`, {});
    for (const [as, told] of [
      [host, true],
      [other, false],
      [head, true],
    ] as const)
      for (const path of ['trends', 'trends.csv'])
        for (const by of ['person', 'course', 'group'] as const) {
          const text = await (
            await ask(`/sessions/${path}?from=2000-01-01&to=2100-01-01&by=${by}`, { as })
          ).text();
          if (by === 'person') expect(text.includes('Ac Trend')).toBe(told);
          if (path === 'trends') expect(text.includes(id)).toBe(told);
        }
  });
});

describe('what is wrong is named, and changes nothing:', () => {
  const id = uuidv7();
  it.each([
    ['an end before the start', { endsAt: 1 }, 'endsAt'],
    ['a period of four seconds', { periodSeconds: 4 }, 'periodSeconds'],
    ['a group that is none', { groups: [uuidv7()] }, 'groups'],
    ['somebody who does not work here', { people: [uuidv7()] }, 'people'],
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

  it('the id of somebody else’s session, of which nothing is told', async () => {
    const { id: theirs } = await begun([], { geofence: { lat: 52.5, lng: 13.4, radius: 50 } });
    const before = await everything();
    const answer = await send(other, 'POST', '/sessions/live', { id: theirs, ...content() });
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('52.5');
    expect(await everything()).toEqual(before);
  });

  it('a host who may not be one', async () => {
    const employee = await someone();
    const answer = await send(host, 'POST', '/sessions/live', { id, ...content({ hosts: [employee.id] }) });
    expect(answer.status).toBe(400);
  });

  it('an end more than a day after the start, for a session that runs', async () => {
    const { id: on, startsAt } = await begun([]);
    const extend = (ms: number) => send(host, 'PUT', `/sessions/${on}/running`, { endsAt: startsAt + ms });
    expect(await outcome(await extend(24 * 60 * MINUTE + 1))).toBe('invalid_input');
    expect((await extend(24 * 60 * MINUTE)).status).toBe(200);
  });

  it('an edit of a session that has begun, or that somebody else has changed', async () => {
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
