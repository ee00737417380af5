/** The browser's database is loaded when it is needed, and a tap is kept in the page where it is not there. */
import { beforeEach, expect, it, vi } from 'vitest';
import { lazyActs } from '$lib/outbox/lazyActs';
import { idOf } from '../World';
import { fakeOutbox } from './fake';

const act = { v: 1, act: 'in', key: 'k', person: idOf(1), tappedAt: 5, body: {} } as const;

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
});

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

it('where the database does not load, a tap lives with its page', async () => {
  const kept = lazyActs(() => Promise.reject(new TypeError('Failed to fetch')));
  await kept.put(act);
  expect(await kept.of(act.person)).toEqual([act]);
  expect(await kept.of(idOf(2))).toEqual([]);
  await kept.delete(act.key);
  expect(await kept.of(act.person)).toEqual([]);
});
