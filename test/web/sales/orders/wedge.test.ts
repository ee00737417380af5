/** Only the pace tells a scanner from fingers. */
import { beforeEach, expect, it, vi } from 'vitest';
import { Wedge } from '$lib/sales/orders/Wedge';

const scanned = vi.fn<(code: string) => void>();
const pressed = vi.fn<(key: string) => void>();
let at = 0;

beforeEach(() => {
  scanned.mockReset();
  pressed.mockReset();
});

/** @returns whether the last key ended a burst */
function type(wedge: Wedge, keys: readonly string[], gap: number): boolean {
  let ended = false;
  for (const key of keys) {
    at += gap;
    vi.advanceTimersByTime(gap);
    ended = wedge.hear(key, at);
  }
  return ended;
}

it('a burst that ends with Enter is a barcode, and none of its keys acts', () => {
  vi.useFakeTimers();
  try {
    const wedge = new Wedge({ scanned, pressed });
    expect(type(wedge, ['4', '0', 'p', '-', 'n', '+', '0', '6', 'Enter'], 8)).toBe(true);
    vi.advanceTimersByTime(1_000);
    expect(scanned.mock.calls).toEqual([['40p-n+06']]);
    expect(pressed).not.toHaveBeenCalled();
  } finally {
    vi.useRealTimers();
  }
});

it('single keys act one by one, and Enter goes to the focused button', () => {
  vi.useFakeTimers();
  try {
    const wedge = new Wedge({ scanned, pressed });
    expect(type(wedge, ['+', '+', 'p', '1', 'Enter'], 90)).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(pressed.mock.calls.flat()).toEqual(['+', '+', 'p', '1']);
    expect(type(wedge, ['4', '2', 'Enter'], 8)).toBe(false); // too short for a barcode
    expect(scanned).not.toHaveBeenCalled();
  } finally {
    vi.useRealTimers();
  }
});
