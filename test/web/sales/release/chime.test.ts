/** The release desk's sound, in a browser that may block it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Sound } from '$lib/sales/release/bell';
import { Chime } from '$lib/sales/release/Chime.svelte';

const device = new Map<string, string>();
const storage = {
  getItem: (key: string) => device.get(key) ?? null,
  setItem: (key: string, value: string) => void device.set(key, value),
};
let played: number;
let lets: boolean;
let stop: () => void;

const sound = (): Sound => ({
  get allowed() {
    return lets;
  },
  allow: () => {
    lets = true;
    return Promise.resolve();
  },
  play: () => void (played += 1),
  close: () => undefined,
});

function begin(): Chime {
  const chime = new Chime();
  stop = chime.start({ sound, device: storage });
  return chime;
}

beforeEach(() => {
  vi.useFakeTimers();
  device.clear();
  [played, lets] = [0, true];
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('the chime rings at once, then every 15 seconds until acknowledged', () => {
  const chime = begin();
  chime.hear('a');
  expect(played).toBe(1);
  vi.advanceTimersByTime(45_000);
  expect(played).toBe(4);
  chime.acknowledge();
  vi.advanceTimersByTime(60_000);
  expect(played).toBe(4);
  expect(chime.unseen.size).toBe(0);
});

it('the chime rings once for ten arrivals, and again while one is left', () => {
  const chime = begin();
  for (let n = 0; n < 10; n += 1) chime.hear(`order ${n}`);
  expect(played).toBe(1);
  for (let n = 0; n < 9; n += 1) chime.settle(`order ${n}`);
  vi.advanceTimersByTime(15_000);
  expect(played).toBe(2);
  chime.settle('order 9');
  vi.advanceTimersByTime(60_000);
  expect(played).toBe(2);
});

it('a muted chime is silent, remembers that on the device, and still counts', () => {
  begin().mute(true);
  stop();
  const chime = begin();
  expect(chime.muted).toBe(true);
  chime.hear('a');
  vi.advanceTimersByTime(15_000);
  expect([played, chime.unseen.size]).toEqual([0, 1]);
  chime.mute(false);
  vi.advanceTimersByTime(15_000);
  expect(played).toBe(1);
});

it('a blocked chime asks for a touch, then rings for what waits', async () => {
  lets = false;
  const chime = begin();
  expect(chime.needsTouch).toBe(true);
  chime.hear('a');
  expect(played).toBe(0);
  await chime.touched();
  expect([chime.needsTouch, played]).toEqual([false, 1]);
  vi.advanceTimersByTime(15_000);
  expect(played).toBe(2);
  await chime.touched();
  expect(played).toBe(2);
});

it('a chime whose sound the browser withdraws asks for a touch again', () => {
  const chime = begin();
  lets = false;
  chime.hear('a');
  expect([played, chime.needsTouch]).toEqual([0, true]);
});

it('a chime stops with its page', () => {
  const chime = begin();
  chime.hear('a');
  stop();
  vi.advanceTimersByTime(60_000);
  expect(played).toBe(1);
});
