/** The count of changes since a report was loaded. */
import { afterEach, expect, it } from 'vitest';
import { Changes } from '$lib/reports/Changes.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket, idOf, restored } from '../World';

const at = (iso: string) => Date.parse(iso);
const person = {
  id: idOf(1),
  name: 'Ben Okafor',
  department: null,
  position: null,
  category: null,
  photo: null,
};
const record = (workDate: string, personId = idOf(1)) => ({
  id: idOf(2),
  personId,
  workDate,
  zone: 'Europe/Berlin',
  inAt: at(`${workDate}T08:00+02:00`),
  outAt: null,
  auto: false,
  corrected: false,
  photo: null,
});
const checkedIn = (workDate: string, personId?: string) => ({
  type: 'attendance.checked_in',
  data: { person, record: record(workDate, personId) },
});
const breakAt = (iso: string) => ({
  type: 'break.updated',
  data: {
    person,
    break: {
      id: idOf(3),
      recordId: idOf(2),
      personId: idOf(1),
      kind: 'meal',
      startAt: at(iso),
      endAt: null,
      dueAt: at(iso) + 1,
      auto: false,
    },
  },
});
const marked = (workDate: string) => ({
  type: 'day.marked',
  data: { personId: idOf(1), workDate, status: 'excused', note: null, setBy: idOf(4), at: 1 },
});

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

function setUp(filter: { from: string; to: string; person?: string }) {
  const socket = new FakeSocket();
  const network: Network = {
    connect: () => socket as unknown as WebSocket,
    since: () => Promise.resolve({ reset: true, epoch: restored, head: 9 }),
    heads: () => Promise.resolve({ epoch: restored, heads: { 'admin.dashboard': 9 } }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const at = { epoch, heads: { 'admin.dashboard': 0 } };
  const it = { ...filter, zone: 'Europe/Berlin', network, ended: () => undefined };
  const changes = new Changes({ at, now: 1 }, it);
  stops.push(changes.start());
  socket.hello(0, { channel: 'admin.dashboard' });
  let seq = 0;
  const push = (it: { type: string; data: unknown }, entry = seq + 1) => {
    seq += 1;
    socket.say({ kind: 'events', epoch, from: seq, events: [{ seq, entry, at: 1, by: null, ...it }] });
    return changes.count;
  };
  return { changes, push, socket };
}

it('counts events of the days it shows, and no others', () => {
  const { changes, push } = setUp({ from: '2026-06-10', to: '2026-06-11' });
  expect(changes.count).toBe(0);
  expect(push(checkedIn('2026-06-10'))).toBe(1);
  expect(push(checkedIn('2026-06-09'))).toBe(1);
  expect(push(checkedIn('2026-06-12'))).toBe(1);
  expect(push(marked('2026-06-11'))).toBe(2);
  expect(push({ type: 'roster.updated', data: {} })).toBe(2);
  expect(push(breakAt('2026-06-12T02:00+02:00'))).toBe(3); // perhaps of a night shift that began on the 11th
  expect(push(breakAt('2026-06-13T02:00+02:00'))).toBe(3);
});

it('counts several events of one journal entry once', () => {
  const { push } = setUp({ from: '2026-06-10', to: '2026-06-10' });
  expect(push(breakAt('2026-06-10T12:00+02:00'), 7)).toBe(1);
  expect(push({ ...checkedIn('2026-06-10'), type: 'attendance.checked_out' }, 7)).toBe(1);
});

it('counts only the events of its person', () => {
  const { push } = setUp({ from: '2026-06-10', to: '2026-06-10', person: idOf(1) });
  expect(push(checkedIn('2026-06-10', idOf(5)))).toBe(0);
  expect(push(checkedIn('2026-06-10'))).toBe(1);
});

it('counts one change when the log no longer has the events', async () => {
  const { changes, socket } = setUp({ from: '2026-06-10', to: '2026-06-10' });
  socket.say({ kind: 'hello', v: 1, channel: 'admin.dashboard', epoch: restored, head: 9, replay: false });
  while (changes.count === 0) await Promise.resolve();
  expect(changes.count).toBe(1);
});
