/** A person's own day on a fake server that keeps its requests. */
import { afterEach, beforeEach, vi } from 'vitest';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { MyDays } from '$contract/attendance/my-days';
import type { Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { LeaveQuestion } from '$lib/attendance/LeaveQuestion.svelte';
import type { Correction } from '$contract/attendance/corrections/corrections';
import type { Problem } from '$contract/errors';
import type { Act, Reply } from '$lib/outbox/act';
import { Outbox } from '$lib/outbox/Outbox.svelte';
import { fakeOutbox } from '../outbox/fake';
import { MyDay } from '$lib/attendance/MyDay.svelte';
import { LiveChannel } from '$live/LiveChannel.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSockets, idOf, ok } from '../World';

export const DATE = '2026-06-10';
export const at = (time: string) => Date.parse(`${DATE}T${time}+02:00`);
/** The time at which each test begins. */
export const NIGHT = at('22:30');
export const me = idOf(1);
export const closed: AttendanceRecord = {
  id: idOf(2),
  personId: me,
  workDate: DATE,
  zone: 'Europe/Berlin',
  photo: null,
  inAt: at('08:58'),
  outAt: at('17:00'),
  auto: true,
  corrected: false,
  unconfirmed: true,
  dueOut: at('17:00'),
  dueAt: at('22:00'),
};
export const open: AttendanceRecord = {
  ...closed,
  outAt: null,
  auto: false,
  unconfirmed: false,
  dueAt: at('23:30'),
};
export const spent: Break = {
  id: idOf(3),
  recordId: closed.id,
  personId: me,
  kind: 'rest',
  auto: true,
  startAt: at('22:00'),
  endAt: at('22:20'),
  dueAt: at('22:20'),
};

const stops: (() => void)[] = [];

/** Sets the clock to `NIGHT`, and stops each day after its test. */
export function holdTime(): void {
  beforeEach(() => void vi.useFakeTimers({ now: NIGHT }));
  afterEach(() => {
    stops.splice(0).forEach((stop) => stop());
    vi.useRealTimers();
  });
}

/** `lost`: the request may have taken effect, but its answer does not arrive. A function may read the request. */
export type Answer = { status: number; body: unknown } | 'never' | 'lost';
type Answers = Answer | Answer[] | ((json: { id: string }) => Answer);

const receipt = { entry: 9, at: NIGHT };
export const receipted = (record: AttendanceRecord): Answer => ({ status: 200, body: { record, receipt } });

/** @param answers by the last part of the path; the last of several repeats */
export function setUp(some: Partial<MyDays> = {}, answers: Record<string, Answers> = {}) {
  const snapshot: MyDays = {
    at: { epoch, heads: { [`user.${me}`]: 4, presence: 7 } },
    now: NIGHT,
    zone: 'Europe/Berlin',
    open: null,
    from: DATE,
    to: DATE,
    records: [closed],
    receipts: {},
    breaks: [],
    holidays: {},
    plans: {},
    marks: [],
    corrections: [],
    breakKinds: [{ kind: 'rest', name: 'Rest', minutes: 20 }],
    checkInPhoto: false,
    ...some,
  };
  const requests: { what: string; json: unknown }[] = [];
  const keys: string[] = [];
  const missed: Envelope[] = [];
  const post = (what: string) => ({
    $post: ({ json }: { json: { id: string } }, how?: { headers: { 'Idempotency-Key': string } }) => {
      requests.push({ what, json });
      if (how) keys.push(how.headers['Idempotency-Key']);
      const answer = answerTo(answers[what], json);
      if (answer === 'never') return new Promise(() => undefined);
      if (answer === 'lost') return Promise.reject(new TypeError('Failed to fetch'));
      const { status, body } = answer;
      return Promise.resolve({ ok: status === 200, status, json: () => Promise.resolve(body) });
    },
  });
  /** As the acts are sent: without what every act has. */
  const send = async ({ act, key, body }: Act): Promise<Reply> => {
    const what = act.replace('attendance/', '');
    requests.push({ what, json: body });
    keys.push(key);
    const answer = answerTo(answers[what], body as { id: string });
    if (answer === 'never') return new Promise(() => undefined);
    if (answer === 'lost' || answer.status >= 500) return { kind: 'later', signedOut: false };
    const { status, body: sent } = answer;
    return status === 200 ? { kind: 'confirmed', body: sent } : { kind: 'refused', problem: sent as Problem };
  };
  const outbox = new Outbox(me, { ...fakeOutbox(), send });
  const waiting: Correction[] = [];
  const waits = (it: Correction) => void waiting.push(it);
  const api = {
    attendance: {
      mine: { $get: () => ok(snapshot) },
      'confirm-check-out': post('confirm-check-out'),
    },
    corrections: post('corrections'),
  } as unknown as ApiClient;
  const sockets = new FakeSockets();
  const network: Network = {
    connect: sockets.connect,
    since: (name, { head }) => {
      const events = name === channel.name ? missed.filter(({ seq }) => seq > head) : [];
      return Promise.resolve({ reset: false, epoch, head: events.at(-1)?.seq ?? head, events, more: false });
    },
    heads: () => Promise.resolve({ epoch, heads: {} }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const ended = () => undefined;
  const channel = new LiveChannel(`user.${me}`, { epoch, head: 4 }, { network, ended });
  const presence = new LiveChannel('presence', { epoch, head: 7 }, { network, ended });
  const day = new MyDay(snapshot, { person: me, api, network, own: channel, presence, outbox, waits, ended });
  stops.push(channel.start(), presence.start(), outbox.start(), day.start());
  const socket = sockets.of(channel.name);
  socket.hello(4, { channel: channel.name });
  const eventOf = (type: string, data: unknown): Envelope => ({
    seq: 5,
    entry: 5,
    type,
    at: NIGHT,
    by: null,
    data,
  });
  const push = (type: string, data: unknown) =>
    socket.say({ kind: 'events', epoch, from: 5, events: [eventOf(type, data)] });
  /** Adds an event to the log while this page's socket is down. */
  const miss = (type: string, data: unknown) => {
    socket.end();
    missed.push(eventOf(type, data));
  };
  const question = () => {
    if (!day.left) throw new Error('there is no question');
    return new LeaveQuestion(day, api, day.left);
  };
  return { day, requests, keys, question, push, miss, outbox, waiting };
}

function answerTo(answers: Answers | undefined, json: { id: string }): Answer {
  if (typeof answers === 'function') return answers(json);
  if (!Array.isArray(answers)) return answers ?? { status: 500, body: {} };
  return (answers.length > 1 ? answers.shift() : answers[0]) ?? 'never';
}
