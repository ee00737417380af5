/** The reloads of a person's own day on a fake network. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MyDays } from '$contract/attendance/my-days';
import type { DayPlan } from '$contract/schedules/schedules';
import { noPlan } from '$contract/schedules/plan';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { MyDay } from '$lib/attendance/MyDay.svelte';
import { Outbox } from '$lib/outbox/Outbox.svelte';
import { fakeOutbox } from '../outbox/fake';
import { LiveChannel } from '$live/LiveChannel.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSockets, idOf, ok, restored } from '../World';

const DATE = '2026-06-10';
const NOON = Date.parse(`${DATE}T12:00+02:00`);
const HOUR = 3_600_000;
const me = idOf(1);
const shiftUntil = (endsAt: number) => ({
  startsAt: NOON - HOUR,
  endsAt,
  lateAfter: NOON,
  earlyBefore: endsAt,
  plannedMs: endsAt - NOON,
  halfDayMs: HOUR,
});

const planUntil = (endsAt: number): DayPlan => ({ ...noPlan, shifts: [shiftUntil(endsAt)] });

const changed = (seq: number): Envelope => ({
  seq,
  entry: seq,
  type: 'roster.updated',
  at: NOON,
  by: null,
  data: {},
});

beforeEach(() => void vi.useFakeTimers({ now: NOON }));
const stops: (() => void)[] = [];
afterEach(() => {
  stops.splice(0).forEach((stop) => stop());
  vi.useRealTimers();
});

function setUp() {
  const sockets = new FakeSockets();
  const server = {
    loads: 0,
    checkIns: 0,
    cursor: { epoch, head: 4 } satisfies Cursor,
    presence: 7,
  };
  let snapshot: MyDays = {
    at: { epoch, heads: { [`user.${me}`]: 4, presence: 7 } },
    now: NOON,
    zone: 'Europe/Berlin',
    open: null,
    from: DATE,
    to: DATE,
    records: [],
    receipts: {},
    breaks: [],
    holidays: {},
    marks: [],
    corrections: [],
    breakKinds: [],
    checkInPhoto: false,
    plans: { [DATE]: planUntil(NOON + 4 * HOUR) },
  };
  const network: Network = {
    connect: sockets.connect,
    since: (channel, at) => {
      const head = channel === 'presence' ? server.presence : server.cursor.head;
      const here = { epoch: server.cursor.epoch, head };
      if (at.epoch !== here.epoch) return Promise.resolve({ reset: true, ...here });
      const events = Array.from({ length: head - at.head }, (_, n) => changed(at.head + n + 1));
      return Promise.resolve({ reset: false, ...here, events, more: false });
    },
    heads: () => Promise.resolve({ epoch: server.cursor.epoch, heads: { presence: server.presence } }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const api = {
    attendance: {
      mine: {
        $get: () => {
          server.loads += 1;
          const { epoch: now, head } = server.cursor;
          const at = { epoch: now, heads: { [`user.${me}`]: head, presence: server.presence } };
          return ok({ ...snapshot, at });
        },
      },
    },
  } as unknown as ApiClient;
  const send = () => ((server.checkIns += 1), new Promise<never>(() => undefined));
  const outbox = new Outbox(me, { ...fakeOutbox(), send });
  const ended = () => undefined;
  const channel = new LiveChannel(`user.${me}`, { epoch, head: 4 }, { network, ended });
  const presence = new LiveChannel('presence', { epoch, head: 7 }, { network, ended });
  const day = new MyDay(snapshot, {
    person: me,
    api,
    network,
    own: channel,
    presence,
    outbox,
    waits: () => undefined,
    ended,
  });
  stops.push(channel.start(), presence.start(), day.start());
  sockets.of(channel.name).hello(4, { channel: channel.name });
  sockets.of('presence').hello(7, { channel: 'presence' });
  const push = (name: string, seq: number) => {
    if (name === 'presence') server.presence = seq;
    else server.cursor = { epoch, head: seq };
    sockets.of(name).say({ kind: 'events', epoch, from: seq, events: [changed(seq)] });
  };
  const change = (some: Partial<MyDays>) => (snapshot = { ...snapshot, ...some });
  return { day, push, change, server, sockets, own: channel.name };
}

it('a change of the person’s roster is loaded once within two seconds', async () => {
  const { day, push, change, server, own } = setUp();
  change({ plans: { [DATE]: { ...noPlan, off: 'day_off' } }, checkInPhoto: true });
  push(own, 5);
  push(own, 6);
  expect(server.loads).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server.loads).toBe(1);
  expect(day.shiftOn(DATE)).toBeUndefined();
  expect(day.outlook).toBe('Day off');
  expect(day.channel.status).toBe('live');
});

it('a change for everyone is loaded at a random moment within ten seconds', async () => {
  const chance = vi.spyOn(Math, 'random').mockReturnValue(0.8);
  const { day, push, change, server } = setUp();
  change({ plans: { [DATE]: planUntil(NOON + 6 * HOUR) }, zone: 'Europe/London' });
  push('presence', 8);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(server.loads).toBe(0);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server.loads).toBe(1);
  expect(day.shiftOn(DATE)?.endsAt).toBe(NOON + 6 * HOUR);
  expect(day.times.clock(NOON)).toBe('11:00');
  chance.mockRestore();
});

it('a phone that missed events loads its day on reconnect', async () => {
  const { server, sockets } = setUp();
  server.presence = 9;
  server.cursor = { epoch: restored, head: 2 };
  sockets
    .of('presence')
    .say({ kind: 'hello', v: 1, channel: 'presence', epoch: restored, head: 9, replay: false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(server.loads).toBeGreaterThan(0);
});

it('a reload keeps a running check-in and an open form', async () => {
  const { day, push, server, own } = setUp();
  void day.checkInOut.press();
  day.corrections.open({ date: DATE });
  push(own, 5);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(server).toMatchObject({ loads: 1, checkIns: 1 });
  expect(day.open).toMatchObject({ personId: me, outAt: null });
  expect(day.corrections.form).toEqual({ date: DATE });
});
