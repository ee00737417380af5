/** Tabs that open together move what waits in local storage into the browser's database. */
import { beforeEach, expect, it, vi } from 'vitest';
import { lazyActs } from '$lib/outbox/lazyActs';
import { moveIn } from '$lib/outbox/moveIn';
import { idOf } from '../World';
import { fakeOutbox } from './fake';
import { memory } from './memory';

const act = { v: 1, act: 'in', key: 'k', person: idOf(1), tappedAt: 5, body: {} } as const;

/** Opens in its own time, as each tab's connection does. */
function slow(store: ReturnType<typeof fakeOutbox>['store'], turns: number) {
  const wait = async () => {
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
  };
  return {
    ...store,
    put: async (it: Parameters<typeof store.put>[0]) => (await wait(), store.put(it)),
    delete: async (key: string) => (await wait(), store.delete(key)),
  };
}

beforeEach(async () => {
  vi.stubGlobal('localStorage', memory());
  await lazyActs(() => Promise.reject(new TypeError('Failed to fetch'))).put(act);
});

it.each([
  [0, 0],
  [0, 40],
  [40, 0],
])('two tabs that open together keep it, once', async (first, second) => {
  const { store, acts } = fakeOutbox();
  const tabs = [moveIn(slow(store, first)), moveIn(slow(store, second))];
  for (const tab of await Promise.all(tabs)) expect(await tab.of(act.person)).toEqual([act]);
  expect([[...acts.keys()], Object.keys(localStorage)]).toEqual([[act.key], ['muster-outbox']]);
});

it('what one tab discards, another that opens meanwhile does not bring back', async () => {
  const { store, acts } = fakeOutbox();
  const open = await moveIn(slow(store, 0));
  await lazyActs(() => Promise.reject(new TypeError('Failed to fetch'))).put(act);
  await Promise.all([moveIn(slow(store, 40)), open.delete(act.key)]);
  expect([[...acts.keys()], Object.keys(localStorage)]).toEqual([[], ['muster-outbox']]);
});
