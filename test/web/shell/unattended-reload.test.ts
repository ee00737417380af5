/** A screen that no one uses reloads by itself when a new version is there. */
import { beforeEach, afterEach, expect, it, vi } from 'vitest';
import { UnattendedReload } from '$lib/shell/UnattendedReload';

const MINUTE = 60_000;
const world = { busy: false, reachable: true };
const kept = new Map<string, string>();
const reload = vi.fn();
const screen = () =>
  new UnattendedReload({
    store: { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, text) },
    isBusy: () => world.busy,
    isReachable: () => Promise.resolve(world.reachable),
    reload,
  });

beforeEach(() => {
  vi.useFakeTimers();
  reload.mockClear();
  kept.clear();
  Object.assign(world, { busy: false, reachable: true });
});
afterEach(() => void vi.useRealTimers());

it('an untouched screen reloads once within seconds', async () => {
  screen().start();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reload).toHaveBeenCalledOnce();
});

it('a screen that is touched reloads after a minute of rest', async () => {
  const it = screen();
  it.touch();
  it.start();
  await vi.advanceTimersByTimeAsync(50_000);
  it.touch();
  await vi.advanceTimersByTimeAsync(55_000);
  expect(reload).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(reload).toHaveBeenCalledOnce();
});

it('a screen with an open dialog, or without its server, waits for it', async () => {
  for (const fault of [{ busy: true }, { reachable: false }]) {
    Object.assign(world, fault);
    const stop = screen().start();
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    expect(reload).not.toHaveBeenCalled();
    stop();
    Object.assign(world, { busy: false, reachable: true });
  }
  world.reachable = false;
  screen().start();
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  world.reachable = true;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(reload).toHaveBeenCalledOnce();
});

it('a server that still gives the old version causes one reload in ten minutes', async () => {
  for (let loads = 0; loads < 20; loads += 1) {
    const stop = screen().start();
    await vi.advanceTimersByTimeAsync(MINUTE);
    stop();
  }
  expect(reload).toHaveBeenCalledTimes(2);
});
