/** Scans with codes, tickets and passes, one by one and many at the same time. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { sessionChannel } from '../../../../worker/contract/channels';
import type { Ticket } from '../../../../worker/contract/sessions/sessions';
import { type Attendee, statsOf } from '../../../../worker/contract/sessions/sheet/sheets';
import { codeOf } from '../../../../worker/sessions/scan/code';
import { joinSession } from '../../../../worker/sessions/scan/participation';
import { issueTicket } from '../../../../worker/sessions/scan/ticket';
import { sessionWith } from '../../../../worker/sessions/sessions';
import {
  begun,
  code,
  content,
  host,
  type Made,
  MINUTE,
  outcome,
  rowOf,
  scan,
  send,
  sheet,
  ticketFor,
  newHosts,
} from '../hosted';
import {
  ask,
  crowd,
  everything,
  fromIn,
  listening,
  newKey,
  scopeOf,
  type Someone,
  someone,
} from '../../workplace';

beforeEach(newHosts);

describe('a scan', () => {
  it('marks the person, and publishes to the host and the person', async () => {
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

  it('repeated gets “already in” with the same receipt', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const first = await (await scan(mia, id)).json<{ receipt: object }>();
    const again = await (await scan(mia, id)).json<{ outcome: string; receipt: object }>();
    expect(again).toMatchObject({ outcome: 'already_in', receipt: first.receipt });
  });

  it('repeated with the same key gets the same answer', async () => {
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

  it('sent fifty times with one ticket succeeds once', async () => {
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

  it('is late after the host’s limit, by the time of the scan', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const startsAt = Date.now();
    const { id } = await begun([mia, noa], { startsAt, lateAfterMinutes: 10 });
    const row = await sessionWith(scopeOf(host, startsAt), id);
    const at = async (who: Someone, ms: number) => {
      const scope = () => scopeOf(who, startsAt + ms);
      const { token } = await codeOf(row, startsAt + ms);
      const { ticket } = await issueTicket(scope(), id, { token: token ?? '' }, 'device');
      // However long the sign-in takes after it.
      return joinSession(scopeOf(who, startsAt + ms + 4 * MINUTE), id, { ticket, ask: false }, 'device');
    };
    expect((await at(mia, 10 * MINUTE)).outcome).toBe('in');
    expect((await at(noa, 10 * MINUTE + 1)).outcome).toBe('late');
  });

  it('counts with typed digits', async () => {
    const mia = await someone();
    const { id } = await begun([mia]);
    const { typed } = await code(id);
    expect(typed).toMatch(/^\d{6}$/);
    const { ticket } = await (await ticketFor(mia, id, { code: typed })).json<Ticket>();
    expect(await outcome(await send(mia, 'POST', `/sessions/${id}/attendance`, { ticket }))).toBe('in');
    expect((await rowOf(id, mia))?.method).toBe('code');
  });

  it('too early counts as no failure, and for an unknown session writes nothing', async () => {
    const mia = await someone();
    const startsAt = Date.now() + 60 * MINUTE;
    const planned = { id: uuidv7(), ...content({ people: [mia.id], startsAt, endsAt: startsAt + MINUTE }) };
    await send(host, 'POST', '/sessions/live', planned);
    const before = await everything();
    expect(await outcome(await ticketFor(mia, planned.id, { code: '000000' }))).toBe('too_early');
    const tries = async () => (await env.DB.prepare('SELECT * FROM tries ORDER BY key').all()).results;
    const counted = await tries();
    const none = uuidv7();
    expect((await ask(`/sessions/${none}/passes`, { json: { token: 'A'.repeat(22) } })).status).toBe(404);
    expect((await ticketFor(mia, none, { code: '000000' })).status).toBe(404);
    const ticket = 'f'.repeat(64);
    expect((await send(mia, 'POST', `/sessions/${none}/attendance`, { ticket })).status).toBe(404);
    expect([await everything(), await tries()]).toEqual([before, counted]);
  });

  describe('is refused with a reason, and a good one after it counts,', () => {
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

    it('when the ticket is another person’s, or made up', async () => {
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

    it('when the person is not on the list', async () => {
      const { id } = await begun([]);
      expect(await outcome(await scan(await someone(), id))).toBe('not_on_list');
    });

    it('when the person was removed from the list since', async () => {
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

    it('when it is too early, also with a leaked code', async () => {
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

describe('a burst of scans', () => {
  it('records each person once, and a screen that counts events agrees with the database', async () => {
    const people = await crowd(80);
    const { id } = await begun(people);
    const before = await sheet(id);
    const screen = await listening(host, sessionChannel(id), fromIn(before.at, sessionChannel(id)));
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
