/** Rotating codes: strict mode, and the socket that sends them. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionChannel } from '../../../../worker/contract/channels';
import type { Code } from '../../../../worker/contract/sessions/sessions';
import { admin, begun, code, host, other, outcome, send, ticketFor, newHosts } from '../hosted';
import { ask, Listening, listening, type Someone, someone } from '../../workplace';

beforeEach(newHosts);

describe('strict mode', () => {
  it('shows a new code after every scan, so one of two people who scan the same code is in', async () => {
    const [mia, noa] = [await someone(), await someone()];
    const { id } = await begun([mia, noa], { strict: true });
    const screen = await listening(host, sessionChannel(id));
    const { token } = await code(id);
    const answers = await Promise.all([mia, noa].map((who) => ticketFor(who, id, { token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    await screen.until(() => screen.events.some(({ type }) => type === 'CODE_USED'));
    expect((await code(id)).token).not.toBe(token);
  });

  it('gives no passes to people who are not signed in', async () => {
    const { id } = await begun([], { strict: true });
    const { token } = await code(id);
    expect(await outcome(await ask(`/sessions/${id}/passes`, { json: { token } }))).toBe('not_signed_in');
    expect((await code(id)).token).toBe(token);
  });
});

describe('the code’s socket', () => {
  it('ends for a person who lost the right to run the session, or signed out', async () => {
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

  it('sends one more code for any number of simultaneous requests', async () => {
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

  it('sends a host the code, and again on request', async () => {
    const { id } = await begun([]);
    const answer = await ask(`/sessions/${id}/code/socket`, { as: host, headers: { Upgrade: 'websocket' } });
    const socket = answer.webSocket as WebSocket;
    const received: Code[] = [];
    const arrived = (n: number) =>
      new Promise<void>((done) => {
        socket.addEventListener('message', ({ data }) => {
          received.push(JSON.parse(String(data)) as Code);
          if (received.length === n) done();
        });
      });
    const first = arrived(1);
    socket.accept();
    await first;
    expect(received[0]).toMatchObject({ kind: 'code', periodMs: 15_000 });
    expect(received[0]?.token).toBe((await code(id)).token);
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

  const screen = async (id: string, as = host) => {
    const answer = await ask(`/sessions/${id}/code/socket`, { as, headers: { Upgrade: 'websocket' } });
    const socket = new Listening(answer.webSocket as WebSocket);
    await socket.until(() => socket.frames.length === 1);
    return socket;
  };

  it('reads the code at most ten times a second, however often its screen asks', async () => {
    const { id } = await begun([]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const socket = await screen(id);
    for (let frames = 1; frames < 4; frames += 1) {
      socket.socket.send('next');
      for (let n = 0; n < 5; n += 1) await code(id); // longer than a read takes
      await vi.advanceTimersByTimeAsync(99);
      expect(socket.frames).toHaveLength(frames);
      await vi.advanceTimersByTimeAsync(1);
      await socket.until(() => socket.frames.length > frames);
    }
    vi.useRealTimers();
    socket.socket.close();
  });

  it('sends the code within a tenth of a second after the server’s clock was set back', async () => {
    const { id } = await begun([]);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const socket = await screen(id);
    vi.setSystemTime(Date.now() - 3_600_000);
    socket.socket.send('next');
    for (let n = 0; n < 5; n += 1) await code(id); // longer than a read takes
    await vi.advanceTimersByTimeAsync(100);
    await socket.until(() => socket.frames.length > 1);
    vi.useRealTimers();
    socket.socket.close();
  });

  it('is the thirtieth of its host: a further one ends the oldest, and no other host’s', async () => {
    const [one, two] = [await begun([]), await begun([], { hosts: [other.id] })];
    const theirs = await screen(two.id, other);
    const own: Listening[] = [];
    for (let n = 0; n < 31; n += 1) own.push(await screen(n % 2 === 0 ? one.id : two.id));
    await own[0]?.until(() => own[0]?.closed !== undefined);
    expect([...own, theirs].map(({ closed }) => closed?.code)).toEqual([
      1008,
      ...Array<undefined>(31).fill(undefined),
    ]);
    for (const { socket } of [...own.slice(1), theirs]) socket.close();
  });
});
