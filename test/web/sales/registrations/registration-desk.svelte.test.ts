/** The release desk of registrations. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UNDO_MS } from '$contract/sales/moves';
import type { Registration } from '$contract/sales/registrations/registrations';
import type { ApiClient } from '$lib/api';
import { RegistrationDesk } from '$lib/sales/registrations/RegistrationDesk.svelte';
import type { Network } from '$live/network';
import { epoch, FakeSocket } from '../../World';

const NOON = Date.parse('2026-06-10T12:00+02:00');
const HOUR = 3_600_000;
const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const [rosa, carla] = [
  { id: idOf(1), name: 'Rosa Release' },
  { id: idOf(2), name: 'Carla Till' },
];
const registration = (n: number, more: Partial<Registration> = {}): Registration => ({
  id: idOf(100 + n),
  number: `20260610-000${n}`,
  memberId: `M00000${n}`,
  date: '2026-06-10',
  name: `Member ${n}`,
  package: { id: idOf(9), name: 'Back school' },
  state: 'paid',
  lines: [],
  version: 3,
  createdAt: NOON + n,
  createdBy: carla,
  expiresAt: null,
  paidAt: NOON + n,
  claim: null,
  ready: null,
  release: null,
  cancellation: null,
  changed: { by: carla, at: NOON + n },
  ...more,
});
const released = (n: number, at: number): Registration =>
  registration(n, { state: 'released', release: { by: rosa, at, receivedBy: 'Tim' } });

let sent: unknown[];
let desk: RegistrationDesk;
let stop: () => void;
const names = (rows: readonly Registration[]): string[] => rows.map(({ name }) => name);

beforeEach(() => {
  vi.useFakeTimers({ now: NOON });
  sent = [];
  const network: Network = {
    connect: () => new FakeSocket() as unknown as WebSocket,
    since: () => Promise.resolve({ reset: false, epoch, head: 0, events: [], more: false }),
    heads: () => Promise.resolve({ epoch, heads: { registrations: 0 } }),
    isVisible: () => true,
    doubt: () => undefined,
    watch: () => () => undefined,
  };
  const post = ({ json }: { json: { items: { id: string }[] } }) => {
    sent.push(json);
    const outcomes = json.items.map(({ id }) => ({ id, outcome: 'released', words: null }));
    return Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve({ outcomes }) });
  };
  const list = {
    at: { epoch, heads: { registrations: 0 } },
    zone: 'Europe/Berlin',
    now: NOON,
    today: '2026-06-10',
    dayStart: '04:00',
    registrations: [
      registration(1, { paidAt: NOON + HOUR }),
      registration(2),
      registration(3, { state: 'pending', paidAt: null }),
      released(4, NOON - HOUR),
      released(5, NOON),
      released(6, NOON - 24 * HOUR),
    ],
    sales: [],
    staff: [rosa, carla],
    truncated: false,
  };
  desk = new RegistrationDesk(list, {
    api: { registrations: { ':id': {}, release: { $post: post } } } as unknown as ApiClient,
    network,
    ended: () => undefined,
    me: { ...rosa, roles: ['releasing'] },
  });
  stop = desk.start();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('the desk lists paid registrations by payment, counts unpaid ones, and lists today’s releases', () => {
  expect(names(desk.waiting)).toEqual(['Member 2', 'Member 1']);
  expect(desk.coming).toBe(1);
  expect(names(desk.released)).toEqual(['Member 5', 'Member 4']);
});

it('chosen packages are released together, then no longer chosen, and can be undone', async () => {
  for (const { id } of desk.waiting) desk.chosen.choose(id, true);
  expect(await desk.releaseChosen('Family Bulk')).toBe(true);
  const items = [2, 1].map((n) => ({ id: idOf(100 + n), version: 3 }));
  expect(sent).toEqual([{ items, receivedBy: 'Family Bulk' }]);
  expect(desk.chosen.rows).toEqual([]);
  expect(desk.releasing.undoable.map(({ label }) => label)).toEqual(['2 packages']);
  vi.advanceTimersByTime(UNDO_MS);
  expect(desk.releasing.undoable).toEqual([]);
});
