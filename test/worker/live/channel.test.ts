import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { admission } from '../../../worker/live/socket';
import { watched } from '../../../worker/db/calls';
import { LEASE_MS, Leases } from '../../../worker/live/leases';
import { type Envelope, pong } from '../../../worker/contract/wire';
import { ask, checkIn, crowd, Listening, listening, signedIn, type Someone, someone } from '../workplace';
import { CHANNEL, countReads, deliverIn, epochNow, headNow, log, object, position } from './delivered';

let ana: Someone;
let epoch: string;

const deliver = (events: Envelope[]) => deliverIn(epoch, events);

/** 120 sockets of six people. */
async function crowded(): Promise<Listening[]> {
  const people = await crowd(6);
  return Promise.all(people.flatMap((one) => Array.from({ length: 20 }, () => listening(one, CHANNEL))));
}

beforeEach(async () => {
  ana = await someone({ roles: ['admin'] });
  epoch = await epochNow();
});
afterEach(() => void vi.useRealTimers());

describe('a channel', () => {
  it('sends contiguous events in order and drops those it has sent', async () => {
    const it = await listening(ana, CHANNEL);
    const reads = await countReads();
    const [one, two, three] = await log(3);
    await deliver([one as Envelope]);
    await deliver([one as Envelope, two as Envelope]);
    await deliver([two as Envelope, three as Envelope]);
    await it.until(() => it.events.length >= 3);
    expect(it.events).toEqual(
      [one, two, three].map((event): unknown =>
        expect.objectContaining({ seq: event?.seq, data: event?.data }),
      ),
    );
    expect(await position(it)).toBe(three?.seq);
    expect(reads()).toBe(1); // the second begins with a known one
  });

  it('fills a gap for all its listeners with one read', async () => {
    const listeners = await Promise.all([1, 2, 3].map(() => listening(ana, CHANNEL)));
    const reads = await countReads();
    const events = await log(5);
    await deliver(events.slice(4));
    for (const it of listeners) {
      await it.until(() => it.seqs.length === 5);
      expect(it.seqs).toEqual(events.map(({ seq }) => seq));
    }
    expect(reads()).toBe(1);
  });

  it('orders deliveries that overtake each other', async () => {
    const it = await listening(ana, CHANNEL);
    const events = await log(6);
    await Promise.all([4, 1, 5, 0, 3, 2].map((index) => deliver([events[index] as Envelope])));
    await it.until(() => it.seqs.length === 6);
    expect(it.seqs).toEqual(events.map(({ seq }) => seq));
  });

  it('reads nothing without a gap', async () => {
    const it = await listening(ana, CHANNEL);
    const reads = await countReads();
    for (let n = 0; n < 5; n += 1) await deliver(await log(1));
    await it.until(() => it.seqs.length === 5);
    expect(reads()).toBe(0);
  });

  it('fills the gap of a lost delivery when the next socket joins', async () => {
    const first = await listening(ana, CHANNEL);
    const [lost] = await log(1);
    await listening(ana, CHANNEL);
    await first.until(() => first.seqs.length === 1);
    expect(first.seqs).toEqual([lost?.seq]);
  });

  it('sends every event once to a socket that joins while a frame goes out', async () => {
    const crowd = await crowded();
    const before = await headNow();
    const events = await log(40);
    const joined: Promise<Listening>[] = [];
    await Promise.all(
      events.map(async (event, index) => {
        if (index % 8 === 0) joined.push(listening(ana, CHANNEL, `?epoch=${epoch}&since=${before}`));
        await deliver([event]);
      }),
    );
    const head = events.at(-1)?.seq as number;
    for (const it of [...crowd, ...(await Promise.all(joined))]) {
      const { head: greeted, replay } = it.frames[0] as { head: number; replay: boolean };
      // Greeted with the database's head, a socket gets no more events, or those that were not sent yet.
      await it.until(() => it.seqs.at(-1) === head || (it.seqs.length === 0 && greeted === head));
      const first = it.seqs[0] ?? head + 1;
      expect(replay ? first : Math.min(first, greeted + 1)).toBe(replay ? before + 1 : first);
      expect(it.seqs).toEqual(Array.from({ length: head - first + 1 }, (_, index) => first + index));
    }
  });

  it('sends nothing more to a person who is revoked while a frame goes out', async () => {
    const eve = await someone();
    const crowd = await crowded();
    const hers = await listening(eve, CHANNEL);
    const events = await log(2);
    const sending = deliver(events.slice(0, 1));
    await object().revoke({ person: eve.id });
    await sending;
    await deliver(events);
    await hers.until(() => hers.closed !== undefined);
    expect(hers.closed?.code).toBe(4001);
    expect(hers.seqs).not.toContain(events[1]?.seq);
    await crowd[0]?.until(() => crowd[0]?.seqs.length === 2);
  });

  it('keeps its cursor and its sockets through hibernation', async () => {
    const it = await listening(ana, CHANNEL);
    const [one] = await log(1);
    await deliver([one as Envelope]);
    await evictDurableObject(object());
    expect(await position(it)).toBe(one?.seq);
    const reads = await countReads();
    const [two] = await log(1);
    await deliver([two as Envelope]);
    await it.until(() => it.seqs.length === 2);
    expect(it.seqs).toEqual([one?.seq, two?.seq]);
    expect(reads()).toBe(0);
  });

  it('makes all screens reload after a new epoch and ignores a late delivery of the old one', async () => {
    const it = await listening(ana, CHANNEL);
    const restored = '0123456789abcdef';
    await env.DB.prepare('UPDATE log SET epoch = ?').bind(restored).run();
    const [event] = await log(1);
    await object().deliver(restored, event?.seq as number, [event as Envelope]);
    await it.until(() => it.frames.length > 1);
    expect(it.frames[1]).toMatchObject({ kind: 'hello', epoch: restored, replay: false });
    const { length } = it.frames;
    await deliver([{ ...(event as Envelope), seq: 10_000 }]); // of the old epoch
    expect(await position(it)).toBe(event?.seq);
    expect(it.frames).toHaveLength(length);
  });

  it('closes a socket that sends an unknown message', async () => {
    for (const message of ['hello?', 'x'.repeat(9_000)]) {
      const it = await listening(ana, CHANNEL);
      it.socket.send(message);
      await it.until(() => it.closed !== undefined);
      expect(it.closed?.code).toBe(4010);
    }
  });

  it('closes a person’s oldest sockets when they have more than thirty', async () => {
    const eve = await someone();
    const hers: Listening[] = [];
    for (let n = 0; n < 33; n += 1) hers.push(await listening(eve, CHANNEL));
    await hers[1]?.until(() => hers[1]?.closed !== undefined);
    await deliver(await log(1));
    await hers[32]?.until(() => hers[32]?.seqs.length === 1);
    expect(hers.filter(({ closed }) => closed !== undefined)).toEqual(hers.slice(0, 2));
  });

  it('greets a new socket with the database’s head when it is behind', async () => {
    await listening(ana, CHANNEL);
    const before = await headNow();
    const headers = {
      Upgrade: 'websocket',
      [admission.person]: ana.id,
      [admission.session]: ana.session,
      [admission.cursor]: pong({ epoch, head: before + 1 }), // committed, not delivered, and not readable
    };
    const answer = await object().fetch('http://muster.test/', { headers });
    const it = new Listening(answer.webSocket as WebSocket);
    await it.until(() => it.frames.length > 0);
    expect(it.frames[0]).toMatchObject({ kind: 'hello', head: before + 1, replay: false });
    await log(1);
  });

  it('answers a close frame and sends that socket nothing more', async () => {
    const it = await listening(ana, CHANNEL);
    it.socket.close(1000, 'bye');
    await it.until(() => it.closed !== undefined);
    await deliver(await log(1));
    expect(it.seqs).toEqual([]);
  });

  it('refuses an upgrade without the Worker’s headers', async () => {
    const answer = await object().fetch('http://muster.test/', { headers: { Upgrade: 'websocket' } });
    expect(answer.status).toBe(400);
  });
});

describe('a socket’s lease', () => {
  const later = () => vi.useFakeTimers({ now: Date.now() + LEASE_MS + 1, toFake: ['Date'] });

  it('of a socket that joins unchecked while others are checked is checked too before anything is sent', async () => {
    const unchecked = () =>
      ({ deserializeAttachment: () => ({ session: 'ended', at: 0 }) }) as unknown as WebSocket;
    const sockets = [unchecked()];
    const leases = new Leases({ getWebSockets: () => sockets, getTags: () => [] });
    leases.begin(0);
    const joining = watched(env.DB, (_, call) => {
      if (sockets.length === 1) sockets.push(unchecked());
      return call();
    });
    expect(await leases.renew(joining, CHANNEL)).toEqual(sockets);
  });

  it('ends at the next frame after 5 minutes when the session has ended and the revoke was lost', async () => {
    const eve = await someone();
    const [hers, mine] = [await listening(eve, CHANNEL), await listening(ana, CHANNEL)];
    await env.DB.prepare('DELETE FROM sessions WHERE id = ?').bind(eve.session).run();
    later();
    const events = await log(1);
    await deliver(events);
    await hers.until(() => hers.closed !== undefined);
    expect(hers.closed?.code).toBe(4001);
    expect(hers.seqs).toEqual([]);
    await mine.until(() => mine.seqs.length === 1);
  });

  it('ends at the next frame after the object’s clock was set back', async () => {
    const eve = await someone();
    const hers = await listening(eve, CHANNEL);
    await env.DB.prepare('DELETE FROM sessions WHERE id = ?').bind(eve.session).run();
    vi.useFakeTimers({ now: Date.now() - 3_600_000, toFake: ['Date'] });
    await deliver(await log(1));
    await hers.until(() => hers.closed !== undefined);
    expect([hers.closed?.code, hers.seqs]).toEqual([4001, []]);
  });

  it.each([
    ['deactivated', 'UPDATE people SET active = 0 WHERE id = ?'],
    ['stripped of the role', `UPDATE people SET roles = '["employee"]' WHERE id = ?`],
  ])('ends for a person %s without a revoke', async (_what, sql) => {
    const boss = await someone({ roles: ['admin'] });
    const board = await listening(boss, 'admin.dashboard');
    await env.DB.prepare(sql).bind(boss.id).run();
    later();
    await checkIn(await someone());
    await board.until(() => board.closed !== undefined);
    expect(board.seqs).toEqual([]);
  });

  it('has expired at the start when a revoke overtook the upgrade', async () => {
    const eve = await someone();
    await listening(ana, CHANNEL);
    const before = await headNow();
    await deliver(await log(1));
    await env.DB.prepare('DELETE FROM sessions WHERE id = ?').bind(eve.session).run();
    await object().revoke({ session: eve.session }); // before the upgrade that was authorised a moment ago arrives
    const late = await object().fetch(`http://muster.test/?epoch=${epoch}&since=${before}`, {
      headers: {
        Upgrade: 'websocket',
        [admission.person]: eve.id,
        [admission.session]: eve.session,
        [admission.cursor]: pong({ epoch, head: before + 1 }),
      },
    });
    const hers = new Listening(late.webSocket as WebSocket);
    await deliver(await log(1));
    await hers.until(() => hers.closed !== undefined);
    expect(hers.seqs).toEqual([]);
  });

  it('is renewed for all with one read, and survives hibernation', async () => {
    const it = await listening(ana, CHANNEL);
    await evictDurableObject(object());
    later();
    await deliver(await log(1));
    await deliver(await log(1));
    await it.until(() => it.seqs.length === 2);
    expect(it.closed).toBeUndefined();
  });
});

it('a sign-out ends the sockets of that session on every channel, and no others', async () => {
  const ben = await someone();
  const phone = await signedIn(ben.id);
  const gone = await Promise.all([listening(ben, CHANNEL), listening(ben, `user.${ben.id}`)]);
  const other = await listening(phone, CHANNEL);
  expect((await ask('/session', { method: 'DELETE', as: ben })).status).toBe(204);
  for (const socket of gone) {
    await socket.until(() => socket.closed !== undefined);
    expect(socket.closed?.code).toBe(4001);
  }
  await deliver(await log(1));
  await other.until(() => other.seqs.length === 1);
  expect((await ask('/me', { as: ben })).status).toBe(401);
  expect((await ask('/me', { as: phone })).status).toBe(200);
});
