/** What a page keeps of itself, when, and for whom. */
import { describe, expect, it, vi } from 'vitest';
import { MOST_KEPT } from '$lib/live/LiveView.svelte';
import type { View } from '$lib/offline/exact';
import type { KeptPage } from '$lib/offline/kept';
import { PageKeeper } from '$lib/offline/PageKeeper';
import type { Owner } from '$lib/offline/store';

const MINUTE = 60_000;
/** The device's clock is an hour ahead of the server's. */
const AHEAD = 60 * MINUTE;

function viewOf(first: { at: object; now: number; rows: string[] }) {
  const kept = { first, loaded: first, since: [] as unknown[] };
  return {
    clock: { read: () => 2_000 },
    channel: { asOf: 1_900 },
    kept,
    reload: vi.fn(() => Promise.resolve()),
  };
}

function setUp(path = '/admin?q=ana') {
  const inbox = viewOf({ at: { epoch: 'a', heads: { own: 3 } }, now: 1_000, rows: [] });
  const board = viewOf({ at: { epoch: 'a', heads: { board: 7 } }, now: 1_000, rows: ['tea'] });
  const data: Record<string, unknown> & { me: { id: string; roles: string[] } | null } = {
    me: { id: 'ana', roles: ['admin'] },
    places: ['/'],
    inbox: inbox.kept.first,
    board: board.kept.first,
  };
  const put = vi.fn((_kept: readonly KeptPage[]) => Promise.resolve());
  const begin = vi.fn((_owner: Owner) => Promise.resolve());
  const state = { may: true, now: 2_000 + AHEAD, data, path };
  const views: View[] = [inbox, board];
  const keeper = new PageKeeper({
    page: () => ({ url: new URL(state.path, 'https://muster.test'), data: state.data }),
    views,
    store: { begin, put, find: () => Promise.resolve(undefined), wipe: () => Promise.resolve() },
    version: 'one',
    mayKeep: () => state.may,
    now: () => state.now,
  });
  return { keeper, state, put, begin, inbox, board, views, last: () => put.mock.lastCall?.[0] };
}

describe('a page', () => {
  it('is kept as of its last exact moment, by both clocks, with the events since its snapshot', async () => {
    const { keeper, board, begin, last } = setUp();
    board.kept.since.push(['board', { seq: 8 }]);
    await keeper.save();
    expect(begin).toHaveBeenCalledWith({ person: 'ana', version: 'one', roles: ['admin'] });
    const moment = { person: 'ana', version: 'one', asOf: 1_900, at: 1_900 + AHEAD };
    expect(last()).toEqual([
      {
        ...moment,
        address: 'layout',
        data: {
          me: { id: 'ana', roles: ['admin'] },
          places: ['/'],
          inbox: { at: { epoch: 'a', heads: { own: 3 }, asOf: 1_900 }, now: 1_900, rows: [], since: [] },
        },
      },
      {
        ...moment,
        address: '/admin',
        data: {
          board: {
            at: { epoch: 'a', heads: { board: 7 }, asOf: 1_900 },
            now: 1_900,
            rows: ['tea'],
            since: [['board', { seq: 8 }]],
          },
        },
      },
    ]);
  });

  it('is kept again when something happened, and for its time after five minutes', async () => {
    const { keeper, state, put, board } = setUp();
    const saved = async () => {
      const before = put.mock.calls.length;
      await keeper.save();
      return put.mock.calls.length > before;
    };
    expect(await saved()).toBe(true);
    expect(await saved()).toBe(false);
    board.kept.since.push(['board', { seq: 8 }]);
    expect(await saved()).toBe(true);
    board.kept.loaded = { ...board.kept.loaded };
    expect(await saved()).toBe(true);
    state.now += 4 * MINUTE;
    expect(await saved()).toBe(false);
    state.now += MINUTE;
    expect(await saved()).toBe(true);
  });

  it('begins anew when the person’s roles change', async () => {
    const { keeper, state, begin } = setUp();
    await keeper.save();
    state.data = { ...state.data, me: { id: 'ana', roles: ['employee'] } };
    await keeper.save();
    await keeper.save();
    expect(begin.mock.calls).toHaveLength(2);
    expect(begin).toHaveBeenLastCalledWith({ person: 'ana', version: 'one', roles: ['employee'] });
  });

  it('without live data is kept as of when it was loaded, and does not become younger', async () => {
    const { keeper, state, views, put, last } = setUp('/hours');
    views.pop();
    const { board: _, ...shared } = state.data;
    state.data = { ...shared, now: 1_200, report: [] };
    await keeper.save();
    expect(last()?.[1]).toMatchObject({ address: '/hours', asOf: 1_200, at: 1_200 + AHEAD });
    state.data = { ...state.data, asOf: 1_200 };
    await keeper.save();
    expect(put).toHaveBeenCalledTimes(1);
  });

  it('is not kept where its data has no known moment', async () => {
    const { keeper, state, views, put } = setUp();
    views.pop(); // the board of the next day has taken its place
    state.data = { ...state.data, now: 1_200 };
    await keeper.save();
    expect(put).not.toHaveBeenCalled();
  });

  it.each([
    ['of no one', { me: null }, '/'],
    ['that is not listed', {}, '/admin/people'],
  ])('%s is not kept', async (_what, data, path) => {
    const { keeper, state, begin, put } = setUp(path);
    state.data = { ...state.data, ...data };
    await keeper.save();
    expect(begin).not.toHaveBeenCalled();
    expect(put).not.toHaveBeenCalled();
  });

  it('is not kept once a sign-out has begun, also while the database opens', async () => {
    const { keeper, state, begin, put } = setUp();
    begin.mockImplementation(() => Promise.resolve(void (state.may = false)));
    await keeper.save();
    expect(begin).toHaveBeenCalled();
    await keeper.save();
    expect(put).not.toHaveBeenCalled();
  });

  it('that has seen many events loads another snapshot', async () => {
    const { keeper, board, inbox } = setUp();
    board.kept.since.push(...Array.from({ length: 499 }, () => 0));
    await keeper.save();
    expect(board.reload).not.toHaveBeenCalled();
    board.kept.since.push(...Array.from({ length: 502 }, () => 0));
    await keeper.save();
    expect(board.reload).toHaveBeenCalledOnce();
    expect(inbox.reload).not.toHaveBeenCalled();
  });

  it('is not kept while events may be missing', async () => {
    const { keeper, board, put } = setUp();
    board.kept.since.push(...Array.from({ length: MOST_KEPT }, () => 0));
    await keeper.save();
    expect(put).not.toHaveBeenCalled();
    board.kept.since.pop();
    await keeper.save();
    expect(put).toHaveBeenCalledOnce();
  });
});
