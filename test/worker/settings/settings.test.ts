import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { addDays, dateIn } from '../../../worker/contract/zones';
import { type AllSettings, defaultSettings, type Settings } from '../../../worker/contract/settings/settings';
import {
  ask,
  channelObject,
  checkIn,
  everything,
  impatiently,
  listen,
  listening,
  newKey,
  type Someone,
  someone,
} from '../workplace';

const ZONE = env.WORKPLACE_ZONE;
const today = () => dateIn(ZONE, Date.now());
const rules = (change: Partial<Settings> = {}): Settings => ({ ...defaultSettings(ZONE), ...change });

const put = (
  as: Someone,
  settings: Settings,
  it: { from?: string; key?: string; env?: typeof env } = {},
): Promise<Response> =>
  ask('/settings', {
    method: 'PUT',
    as,
    key: it.key ?? newKey(),
    json: { validFrom: it.from ?? today(), settings },
    ...(it.env && { env: it.env }),
  });
const drop = (as: Someone, from: string, key = newKey()) =>
  ask(`/settings/${from}`, { method: 'DELETE', as, key });
const all = async (as: Someone) => (await ask('/settings', { as })).json<AllSettings>();
const code = async (answer: Response) => (await answer.json<{ code: string }>()).code;

const entries = async (subject: string) => {
  const { results } = await env.DB.prepare(
    'SELECT action, actor, before, after FROM journal WHERE subject = ? ORDER BY id',
  )
    .bind(subject)
    .all<{ action: string; actor: string; before: string | null; after: string | null }>();
  const read = (text: string | null) => (text === null ? null : (JSON.parse(text) as unknown));
  return results.map(({ before, after, ...row }) => ({ ...row, before: read(before), after: read(after) }));
};

let admin: Someone;
beforeEach(async () => {
  await env.DB.prepare('DELETE FROM settings').run();
  admin = await someone({ roles: ['admin'] });
});

describe('settings', () => {
  it('have defaults before an admin sets any', async () => {
    expect(await all(admin)).toMatchObject({ current: rules(), versions: [], today: today() });
  });

  it('from today hold with the next request, and everyone gets the workplace’s name', async () => {
    const ben = await someone();
    expect((await put(admin, rules({ organisation: 'Harbour Clinic', graceMinutes: 10 }))).status).toBe(200);
    expect((await all(admin)).current.graceMinutes).toBe(10);
    expect(await (await ask('/me', { as: ben })).json()).toMatchObject({ organisation: 'Harbour Clinic' });
  });

  it('from a later date change nothing before it, and can be cancelled', async () => {
    const later = addDays(today(), 7);
    await put(admin, rules({ graceMinutes: 20 }), { from: later });
    expect(await all(admin)).toMatchObject({
      current: { graceMinutes: 5 },
      versions: [{ validFrom: later, settings: { graceMinutes: 20 } }],
    });
    expect((await drop(admin, later)).status).toBe(200);
    expect((await all(admin)).versions).toEqual([]);
    expect((await drop(admin, later)).status).toBe(404);
  });

  it('apply from the start of their date in the zone they name', async () => {
    const later = addDays(today(), 7);
    await put(admin, rules({ zone: 'Asia/Tokyo' }), { from: later });
    const row = await env.DB.prepare('SELECT applies_at FROM settings').first('applies_at');
    expect(row).toBe(Date.parse(`${later}T00:00+09:00`));
  });

  it('of the same date replace each other, and the journal keeps both with their actors', async () => {
    const later = addDays(today(), 3);
    const [first, second] = [rules({ graceMinutes: 10 }), rules({ graceMinutes: 15 })];
    await put(admin, first, { from: later });
    await put(admin, second, { from: later });
    await drop(admin, later);
    const version = (settings: Settings) => ({ validFrom: later, settings });
    expect(await entries(`settings/${later}`)).toEqual([
      { action: 'settings.set', actor: admin.id, before: null, after: version(first) },
      { action: 'settings.set', actor: admin.id, before: version(first), after: version(second) },
      { action: 'settings.dropped', actor: admin.id, before: version(second), after: null },
    ]);
  });

  it('that hold already cannot be cancelled', async () => {
    await put(admin, rules());
    expect(await code(await drop(admin, today()))).toBe('already_begun');
    expect((await all(admin)).versions).toHaveLength(1);
  });

  it('are published to the pages that show them', async () => {
    const board = await listening(admin, 'admin.dashboard');
    await put(admin, rules({ graceMinutes: 7 }));
    await board.until(() => board.events.length > 0);
    expect(board.events).toMatchObject([{ type: 'roster.updated', data: {} }]);
  });

  it('sent twice with one key are set once', async () => {
    const [later, key] = [addDays(today(), 9), newKey()];
    const [first, again] = [
      await put(admin, rules(), { from: later, key }),
      await put(admin, rules(), { from: later, key }),
    ];
    expect(await again.json()).toEqual(await first.json());
    expect(await entries(`settings/${later}`)).toHaveLength(1);
    const undo = newKey();
    const [gone, goneAgain] = [await drop(admin, later, undo), await drop(admin, later, undo)];
    expect([gone.status, await goneAgain.json()]).toEqual([200, await gone.json()]);
  });

  it('set by two admins at the same moment follow each other, or one is refused', async () => {
    const eve = await someone({ roles: ['admin'] });
    const later = addDays(today(), 11);
    await put(admin, rules(), { from: later });
    const answers = await Promise.all([
      put(admin, rules({ graceMinutes: 1 }), { from: later }),
      put(eve, rules({ graceMinutes: 2 }), { from: later }),
    ]);
    const done = answers.filter(({ status }) => status === 200).length;
    expect(done).toBeGreaterThan(0);
    for (const answer of answers.filter(({ status }) => status !== 200))
      expect(await code(answer)).toBe('changed_meanwhile');
    const journal = await entries(`settings/${later}`);
    expect(journal).toHaveLength(1 + done);
    for (const [index, { before }] of journal.entries())
      if (index > 0) expect(before).toEqual(journal[index - 1]?.after);
  });

  it.each<[string, unknown, string]>([
    [
      'a date that is past',
      { validFrom: addDays(dateIn(ZONE, Date.now()), -1), settings: rules() },
      'validFrom',
    ],
    ['a date that is none', { validFrom: '2026-13-01', settings: rules() }, 'validFrom'],
    [
      'a zone that is none',
      { validFrom: '2099-01-01', settings: rules({ zone: 'Europe/Atlantis' }) },
      'settings.zone',
    ],
    [
      'a grace of minus one',
      { validFrom: '2099-01-01', settings: rules({ graceMinutes: -1 }) },
      'settings.graceMinutes',
    ],
    [
      'half minutes',
      { validFrom: '2099-01-01', settings: rules({ checkOutWaitMinutes: 90.5 }) },
      'settings.checkOutWaitMinutes',
    ],
    [
      'a break named twice',
      { validFrom: '2099-01-01', settings: rules({ breaks: [...rules().breaks, ...rules().breaks] }) },
      'settings.breaks',
    ],
    [
      'a setting that we do not know',
      { validFrom: '2099-01-01', settings: { ...rules(), mood: 'good' } },
      'settings.mood',
    ],
    [
      'one that is missing',
      { validFrom: '2099-01-01', settings: { ...rules(), zone: undefined } },
      'settings.zone',
    ],
  ])('with %s are refused with a reason, and nothing is written', async (_what, json, path) => {
    const before = await everything();
    const answer = await ask('/settings', { method: 'PUT', as: admin, key: newKey(), json });
    expect(answer.status).toBe(400);
    const { issues } = await answer.json<{ issues: { path: string; message: string }[] }>();
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(await everything()).toEqual(before);
  });
});

describe('narrowing who may see who is at work', () => {
  const narrow = (it: Parameters<typeof put>[2] = {}) =>
    put(admin, rules({ boardVisibleTo: 'supervisors' }), it);

  it('ends every socket of `attendance`; only supervisors may reconnect', async () => {
    const [ben, ana] = [await someone(), await someone({ roles: ['supervisor'] })];
    const [his, hers] = [await listening(ben, 'attendance'), await listening(ana, 'attendance')];
    const [own, board] = [await listening(ben, `user.${ben.id}`), await listening(ana, 'admin.dashboard')];
    await narrow();
    for (const socket of [his, hers]) {
      await socket.until(() => socket.closed !== undefined);
      expect(socket.closed?.code).toBe(1012);
    }
    expect([own.closed, board.closed]).toEqual([undefined, undefined]);
    expect(await listen(ben, 'attendance')).toMatchObject({ status: 403 });
    expect((await ask('/attendance/presence', { as: ben })).status).toBe(403);
    expect((await ask('/channels/attendance/events?since=0', { as: ben })).status).toBe(403);
    const back = await listening(ana, 'attendance');
    await checkIn(ana);
    await back.until(() => back.events.length > 0);
    expect(his.events).toEqual([]);
  });

  it('ends them on a repeated request after the first order was lost', async () => {
    const socket = await listening(await someone(), 'attendance');
    const deaf = {
      ...env,
      CHANNELS: {
        idFromName: (name: string) => name,
        get: () => ({
          revoke: () => Promise.reject(new Error('lost')),
          deliver: () => Promise.reject(new Error('lost')),
        }),
      } as unknown as typeof env.CHANNELS,
    };
    const key = newKey();
    await impatiently(() => narrow({ key, env: deaf }));
    expect(socket.closed).toBeUndefined();
    expect((await narrow({ key })).status).toBe(200);
    await socket.until(() => socket.closed !== undefined);
  });

  it('sends nothing to a person whose upgrade was admitted just before and arrives just after', async () => {
    const ben = await someone();
    const object = channelObject('attendance');
    await narrow();
    // Only the Worker checks the setting before an upgrade; the object gets the upgrade that the Worker admitted.
    const epoch = await env.DB.prepare('SELECT epoch FROM log').first<string>('epoch');
    const head = await env.DB.prepare(`SELECT seq FROM heads WHERE channel = 'attendance'`).first<number>(
      'seq',
    );
    const answer = await object.fetch(
      new Request('http://muster.test/', {
        headers: {
          Upgrade: 'websocket',
          'x-person': ben.id,
          'x-session': ben.session,
          'x-cursor': `pong ${epoch}:${head ?? 0}`,
        },
      }),
    );
    const socket = answer.webSocket as WebSocket;
    const frames: string[] = [];
    const closed = new Promise<number>((resolve) =>
      socket.addEventListener('close', ({ code }) => resolve(code)),
    );
    socket.addEventListener('message', ({ data }) => void frames.push(String(data)));
    socket.accept();
    await checkIn(await someone());
    expect(await closed).toBe(4001);
    expect(frames.filter((frame) => frame.includes('"events"'))).toEqual([]);
  });

  it('from a later date lets everyone listen until then', async () => {
    const ben = await someone();
    const socket = await listening(ben, 'attendance');
    await narrow({ from: addDays(today(), 1) });
    await checkIn(ben);
    await socket.until(() => socket.events.length > 0);
    expect(socket.closed).toBeUndefined();
  });
});
