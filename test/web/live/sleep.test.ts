/** When a page counts as having slept. */
import { expect, it } from 'vitest';
import { slept } from '$live/Sleep';

it.each([
  { gap: 1_000, isVisible: true, sleeps: false },
  { gap: 5_000, isVisible: true, sleeps: false },
  { gap: 5_001, isVisible: true, sleeps: true },
  { gap: 600_000, isVisible: true, sleeps: true },
  { gap: -600_000, isVisible: true, sleeps: true }, // its clock was set back meanwhile
  { gap: 60_000, isVisible: false, sleeps: false }, // a hidden page's timers run once a minute
  { gap: 90_001, isVisible: false, sleeps: true },
])(
  'after $gap ms between two looks (visible: $isVisible) it slept: $sleeps',
  ({ gap, isVisible, sleeps }) => {
    expect(slept(1_000_000, 1_000_000 + gap, isVisible)).toBe(sleeps);
  },
);
