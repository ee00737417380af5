/** The browser's database is loaded when it is needed, and a tap is kept where it is not there. */
import { beforeEach, expect, it, vi } from 'vitest';
import { lazyActs } from '$lib/outbox/lazyActs';
import { problemOf } from '../problems';
import { idOf } from '../World';
import { fakeOutbox } from './fake';
import { memory } from './memory';

const ACT = 'muster-act ';
const act = { v: 1, act: 'in', key: 'k', person: idOf(1), tappedAt: 5, body: {} } as const;

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

it('a tap is kept at once, though the database never opens, and a second copy of it is none', async () => {
  void lazyActs(() => new Promise(() => undefined)).put(act);
  const { store } = fakeOutbox();
  await store.put(act);
  expect(await lazyActs(() => Promise.resolve(store)).of(act.person)).toEqual([act]);
  expect(await lazyActs(() => Promise.reject(new TypeError('Failed to fetch'))).of(act.person)).toEqual([
    act,
  ]);
});

it('a tap in local storage that cannot be read stops no other, and stays', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const kept = lazyActs(() => Promise.reject(new TypeError('Failed to fetch')));
  await kept.put(act);
  const broken = { [`${ACT}a`]: '{"v":1', [`${ACT}b`]: '{"v":2}', [`${ACT}c`]: 'null' };
  for (const [name, text] of Object.entries(broken)) localStorage.setItem(name, text);
  expect(await kept.of(act.person)).toEqual([act]);
  expect(warn).toHaveBeenCalledTimes(3);
  expect(localStorage).toMatchObject(broken);
});

it('a refusal is kept where the database does not load, so that the tap is not sent again', async () => {
  const kept = lazyActs(() => Promise.reject(new TypeError('Failed to fetch')));
  await kept.put(act);
  await kept.put({ ...act, refused: problemOf('period_closed') });
  expect(await kept.of(act.person)).toMatchObject([{ key: act.key, refused: { code: 'period_closed' } }]);
});

it('a tap that an earlier page kept in local storage is one tap once the database has it', async () => {
  await lazyActs(() => Promise.reject(new TypeError('Failed to fetch'))).put(act);
  const kept = lazyActs(() => Promise.resolve(store));
  const { store, acts } = fakeOutbox();
  const refused = { ...act, refused: problemOf('period_closed') };
  await kept.put(refused);
  expect(await kept.of(act.person)).toEqual([refused]);
  await kept.delete(act.key);
  expect([acts.size, await kept.of(act.person)]).toEqual([0, []]);
});
