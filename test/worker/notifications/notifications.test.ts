/** Notifications: the same on every device, read once, and only of kinds that are not muted. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type {
  Inbox,
  NotificationKind,
  NotificationsRead,
} from '../../../worker/contract/notifications/notifications';
import { runJobs } from '../../../worker/jobs';
import { notices } from '../../../worker/notifications/notify';
import { Scope } from '../../../worker/scope';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import {
  ask,
  edged,
  everything,
  insertion,
  listening,
  newKey,
  sinceIn,
  type Someone,
  someone,
} from '../workplace';

const DAY = 86_400_000;

/** Notifies these people in a commit, as a change would. */
async function notify(
  people: Someone[],
  kind: NotificationKind = 'day.marked',
  at = Date.now(),
): Promise<void> {
  const ctx = createExecutionContext();
  const scope = new Scope(edged(), ctx, { now: () => at });
  const message = { kind, title: 'Your day was changed', body: 'Thursday 20 November: excused', href: '/' };
  const validFrom = uuidv7();
  const value = JSON.stringify(defaultSettings(env.WORKPLACE_ZONE));
  const additions = await notices(
    scope,
    at,
    people.map(({ id }) => ({ ...message, personId: id })),
  );
  const write = insertion('settings', { valid_from: validFrom, applies_at: 0, value });
  await scope.attempt({
    at,
    changes: [{ write, action: 'test', subject: 'test/1', before: null, after: null }],
    ...additions,
  });
  await env.DB.prepare('DELETE FROM settings WHERE valid_from = ?').bind(validFrom).run();
  await waitOnExecutionContext(ctx);
}

const inboxOf = async (as: Someone, query = '') =>
  (await ask(`/notifications${query}`, { as })).json<Inbox>();
const read = (as: Someone, json: object, key = newKey()) => ask('/notifications/read', { as, json, key });
const prefer = (as: Someone, muted: string[], key = newKey()) =>
  ask('/notifications/preferences', { method: 'PUT', as, json: { muted }, key });

describe('a list of notifications', () => {
  it('has the person’s own in pages, newest first, with the number of unread ones and the cursor', async () => {
    const [ben, eve] = [await someone(), await someone()];
    for (const at of [1, 2, 3, 3, 4]) await notify([ben], 'day.marked', at);
    await notify([eve]);
    const first = await inboxOf(ben, '?limit=2');
    expect(first).toMatchObject({ unread: 5, more: true });
    const second = await inboxOf(ben, `?limit=2&before=${first.notifications[1]!.id}`);
    const third = await inboxOf(ben, `?limit=2&before=${second.notifications[1]!.id}`);
    const all = [first, second, third].flatMap(({ notifications }) => notifications);
    expect(all.map(({ at }) => at)).toEqual([4, 3, 3, 2, 1]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(5);
    expect(third.more).toBe(false);
    await notify([ben]);
    const since = await ask(sinceIn(first.at, `user.${ben.id}`), { as: ben });
    expect((await since.json<{ events: unknown[] }>()).events).toHaveLength(1);
    const { notifications } = await inboxOf(eve);
    expect((await inboxOf(ben, `?before=${notifications[0]!.id}`)).notifications).toEqual([]);
  });

  it('refuses unknown input', async () => {
    const ben = await someone();
    for (const query of ['?limit=0', '?limit=101', '?before=1', '?unread=1'])
      expect((await ask(`/notifications${query}`, { as: ben })).status).toBe(400);
  });
});

describe('reading', () => {
  it('is published to every device with the number left', async () => {
    const ben = await someone();
    for (const at of [1, 2, 3]) await notify([ben], 'day.marked', at);
    const tab = await listening(ben, `user.${ben.id}`);
    const { notifications } = await inboxOf(ben);
    const [newest, middle, oldest] = notifications.map(({ id }) => id);
    const one = await (await read(ben, { ids: [middle] })).json<NotificationsRead>();
    expect(one).toMatchObject({ ids: [middle], unread: 2 });
    const rest = await (await read(ben, { upTo: newest })).json<NotificationsRead>();
    expect(rest).toMatchObject({ ids: [newest, oldest], unread: 0 });
    await tab.until(() => tab.events.length === 2);
    expect(tab.events.map(({ type, data }) => [type, data])).toEqual([
      ['notification.read', one],
      ['notification.read', rest],
    ]);
    expect((await inboxOf(ben)).notifications.map(({ readAt }) => readAt)).toEqual([
      rest.readAt,
      one.readAt,
      rest.readAt,
    ]);
  });

  it('up to one leaves later ones unread', async () => {
    const ben = await someone();
    await notify([ben], 'day.marked', 1);
    const { notifications } = await inboxOf(ben);
    await notify([ben], 'day.marked', 2);
    expect(await (await read(ben, { upTo: notifications[0]!.id })).json()).toMatchObject({ unread: 1 });
  });

  it('twice changes nothing the second time, with any key', async () => {
    const ben = await someone();
    await notify([ben, ben]);
    const { notifications } = await inboxOf(ben);
    const [key, ids] = [newKey(), [notifications[0]!.id]];
    const first = await (await read(ben, { ids }, key)).json();
    const before = await everything();
    expect(await (await read(ben, { ids }, key)).json()).toEqual(first);
    expect(await (await read(ben, { ids })).json()).toMatchObject({ ids: [], unread: 1 });
    expect(await everything()).toEqual(before);
  });

  it('by two tabs adds up: each published number is correct at its place in the log', async () => {
    const ben = await someone();
    for (const at of [1, 2, 3, 4, 5, 6]) await notify([ben], 'day.marked', at);
    const { at, notifications } = await inboxOf(ben);
    const ids = notifications.map(({ id }) => id);
    const answers = await Promise.all([
      read(ben, { ids: ids.slice(0, 3) }),
      read(ben, { ids: ids.slice(2, 5) }),
      notify([ben], 'day.marked', 7),
    ]);
    expect(answers.slice(0, 2).map((it) => it?.status)).toEqual([200, 200]);
    const since = await ask(sinceIn(at, `user.${ben.id}`), { as: ben });
    const { events } = await since.json<{ events: { type: string; data: NotificationsRead }[] }>();
    let unread = 6;
    for (const { type, data } of events) {
      unread += type === 'notification.created' ? 1 : -data.ids.length;
      if (type === 'notification.read') expect(data.unread).toBe(unread);
    }
    expect((await inboxOf(ben)).unread).toBe(unread);
    expect(unread).toBe(2);
  });

  it('another person’s changes nothing, as for an unknown one', async () => {
    const [ben, eve] = [await someone(), await someone()];
    await notify([ben]);
    const { notifications } = await inboxOf(ben);
    const before = await everything();
    for (const json of [{ ids: [notifications[0]!.id] }, { upTo: notifications[0]!.id }, { ids: [uuidv7()] }])
      expect(await (await read(eve, json)).json()).toMatchObject({ ids: [], unread: 0 });
    expect(await everything()).toEqual(before);
  });

  it.each([
    [{}],
    [{ ids: [] }],
    [{ ids: ['1'] }],
    [{ ids: [uuidv7()], upTo: uuidv7() }],
    [{ upTo: uuidv7(), all: true }],
  ])('invalid input (%j) is refused and changes nothing', async (json) => {
    const ben = await someone();
    await notify([ben]);
    const before = await everything();
    expect((await read(ben, json)).status).toBe(400);
    expect(await everything()).toEqual(before);
  });
});

describe('a muted kind', () => {
  it('notifies other people only', async () => {
    const [ben, ana] = [await someone(), await someone()];
    const answer = await prefer(ben, ['day.marked', 'break.auto_ended']);
    expect(await answer.json()).toEqual({ muted: ['day.marked', 'break.auto_ended'] });
    await notify([ben, ana], 'day.marked');
    await notify([ben, ana], 'attendance.absent');
    expect((await inboxOf(ben)).notifications.map(({ kind }) => kind)).toEqual(['attendance.absent']);
    expect((await inboxOf(ana)).notifications).toHaveLength(2);
    await prefer(ben, ['break.auto_ended']);
    await notify([ben], 'day.marked');
    expect((await inboxOf(ben)).notifications).toHaveLength(2);
  });

  it('has its own journal entry, and a repeated key does not restore an old choice', async () => {
    const ben = await someone();
    const key = newKey();
    await prefer(ben, ['day.marked'], key);
    await prefer(ben, []);
    expect(await (await prefer(ben, ['day.marked'], key)).json()).toEqual({ muted: ['day.marked'] });
    expect(await (await ask('/notifications/preferences', { as: ben })).json()).toEqual({ muted: [] });
    const { results } = await env.DB.prepare(
      'SELECT before, after FROM journal WHERE subject = ? ORDER BY id',
    )
      .bind(`preferences/${ben.id}`)
      .all();
    expect(results).toEqual([
      { before: '{"muted":[]}', after: '{"muted":["day.marked"]}' },
      { before: '{"muted":["day.marked"]}', after: '{"muted":[]}' },
    ]);
  });

  it.each([[['nonsense']], [['day.marked', 'day.marked']], ['day.marked'], [undefined]])(
    'is refused as %j, and nothing changes',
    async (muted) => {
      const ben = await someone();
      const before = await everything();
      expect((await prefer(ben, muted as string[])).status).toBe(400);
      expect(await everything()).toEqual(before);
    },
  );
});

it('read notifications are deleted after 90 days, and unread ones never', async () => {
  const ben = await someone();
  const now = Math.floor(Date.now() / (15 * 60_000)) * 15 * 60_000;
  for (const days of [200, 91, 91, 89]) await notify([ben], 'day.marked', now - days * DAY);
  const { notifications } = await inboxOf(ben);
  await read(ben, { ids: [notifications[0]!.id, notifications[1]!.id] }); // 89 days, and one of 91
  const ctx = createExecutionContext();
  await runJobs(edged(), ctx, now);
  await waitOnExecutionContext(ctx);
  const left = (await inboxOf(ben)).notifications;
  expect(left.map(({ at, readAt }) => [(now - at) / DAY, readAt !== null])).toEqual([
    [89, true],
    [91, false],
    [200, false],
  ]);
});
