/** The page *System*: its words, and when it reads again. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SystemState } from '$contract/system/system';
import { System } from '$lib/system/System.svelte';
import { agoWords, bytesWords, jobWords } from '$lib/system/words';

const MINUTE = 60_000;
const state = (now: number, ranAt?: number): SystemState => ({
  now,
  zone: 'Europe/Berlin',
  channels: [
    { channel: 'attendance', head: 4, heard: { head: 4, listeners: 3, gapsFilled: 0, wokeAt: 0 } },
    { channel: 'orders', head: 1, heard: null },
  ],
  jobs: ranAt === undefined ? [] : [{ job: 'endBreaks', at: ranAt, ms: 4, failures: 0, failedAt: null }],
  size: { bytes: 4_200_000, perDay: null },
  rows: [],
});

const get = vi.fn<() => Promise<Response>>();
const api = { system: { $get: get } } as unknown as ConstructorParameters<typeof System>[1];

beforeEach(() => {
  vi.useFakeTimers();
  get.mockReset();
});
afterEach(() => vi.useRealTimers());

describe('the page', () => {
  it('reads again every minute while it is visible, until it is left', async () => {
    get.mockImplementation(() => Promise.resolve(Response.json(state(9 * MINUTE))));
    let visible = true;
    const system = new System(state(0), api);
    const stop = system.start(() => visible);
    await vi.advanceTimersByTimeAsync(MINUTE);
    expect(system.state.now).toBe(9 * MINUTE);
    visible = false;
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(get).toHaveBeenCalledTimes(1);
    visible = true;
    stop();
    await vi.advanceTimersByTimeAsync(3 * MINUTE);
    expect(get).toHaveBeenCalledTimes(1);
  });

  it('keeps the last figures and says why when a read fails', async () => {
    const system = new System(state(MINUTE), api);
    get.mockRejectedValueOnce(new TypeError('network'));
    await system.refresh();
    expect([system.state.now, system.failure]).toEqual([
      MINUTE,
      'The server didn’t answer. Check the connection and try again.',
    ]);
    get.mockResolvedValueOnce(Response.json(state(2 * MINUTE)));
    await system.refresh();
    expect([system.state.now, system.failure, system.loading]).toEqual([2 * MINUTE, undefined, false]);
  });

  it('warns once the jobs have not run for five minutes', () => {
    expect(new System(state(5 * MINUTE, 1), api).jobsAreLate).toBe(false);
    expect(new System(state(5 * MINUTE, 0), api).jobsAreLate).toBe(true);
    expect(new System(state(5 * MINUTE), api).jobsAreLate).toBe(true);
  });

  it('counts the listeners of the channels that answered', () => {
    expect(new System(state(0), api).listeners).toBe(3);
  });
});

it('words name jobs, sizes and times', () => {
  expect(['sealJournal', 'endBreaks'].map(jobWords)).toEqual(['Seal the journal', 'End breaks']);
  expect([0, 812_300, 4_240_000, 1_300_000_000, -20_000].map(bytesWords)).toEqual([
    '0 kB',
    '812 kB',
    '4.2 MB',
    '1.3 GB',
    '−20 kB',
  ]);
  expect([0, 4 * MINUTE, 200 * MINUTE, 72 * 60 * MINUTE].map(agoWords)).toEqual([
    'just now',
    '4 min ago',
    '3 h ago',
    '3 days ago',
  ]);
});
