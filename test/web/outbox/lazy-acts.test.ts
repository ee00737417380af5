/** The browser's database is loaded when it is needed, and a tap is kept where it is not there. */
import { beforeEach, expect, it, vi } from 'vitest';
import { lazyActs } from '$lib/outbox/lazyActs';
import { idOf } from '../World';
import { fakeOutbox } from './fake';

const act = { v: 1, act: 'in', key: 'k', person: idOf(1), tappedAt: 5, body: {} } as const;

/** As far as acts use it: its names are the object's keys. */
function memory(): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  const hidden = { enumerable: false };
  return Object.defineProperties(kept, {
    getItem: { ...hidden, value: (name: string) => kept[name] ?? null },
    setItem: { ...hidden, value: (name: string, value: string) => void (kept[name] = value) },
    removeItem: { ...hidden, value: (name: string) => Reflect.deleteProperty(kept, name) },
  });
}

beforeEach(() => vi.stubGlobal('localStorage', memory()));

it('a browser without a tap does not load it', async () => {
  const load = vi.fn(() => Promise.resolve(fakeOutbox().store));
  expect(await lazyActs(load).of(act.person)).toEqual([]);
  expect(load).not.toHaveBeenCalled();
});

it('a tap is in the database, and the next page finds it', async () => {
  const { store, acts } = fakeOutbox();
  const load = () => Promise.resolve(store);
  await lazyActs(load).put(act);
  expect([...acts.values()]).toEqual([act]);
  const next = lazyActs(load);
  expect(await next.of(act.person)).toEqual([act]);
  await next.delete(act.key);
  expect(await next.of(act.person)).toEqual([]);
});

it('where the database does not load, a tap is kept too, and the next page finds it', async () => {
  const kept = lazyActs(() => Promise.reject(new TypeError('Failed to fetch')));
  await kept.put(act);
  const next = lazyActs(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(await next.of(act.person)).toEqual([act]);
  expect(await kept.of(idOf(2))).toEqual([]);
  await kept.delete(act.key);
  expect(await kept.of(act.person)).toEqual([]);
});
