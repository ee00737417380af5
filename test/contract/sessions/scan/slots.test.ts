/** The slots of codes, for every period and moment. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { goodSlots, slotAt } from '../../../../worker/sessions/scan/slots';
import { distanceZoneOf, counts, metresBetween } from '../../../../worker/sessions/scan/place';

const period = fc.integer({ min: 5_000, max: 60_000 });
const since = fc.integer({ min: 0, max: 4_000_000_000_000 });
const elapsed = fc.integer({ min: -100_000, max: 100_000_000 });

it('a slot lasts exactly its period, and the next one begins where it ends', () => {
  fc.assert(
    fc.property(period, since, elapsed, (periodMs, from, passed) => {
      const now = from + passed;
      const { slot, leftMs } = slotAt(from, periodMs, now);
      expect(leftMs).toBeGreaterThan(0);
      expect(leftMs).toBeLessThanOrEqual(periodMs);
      expect(slotAt(from, periodMs, Math.max(now, from) + leftMs)).toEqual({
        slot: slot + 1,
        leftMs: periodMs,
      });
      expect(slotAt(from, periodMs, Math.max(now, from) + leftMs - 1).slot).toBe(slot);
    }),
  );
});

it('a code counts while it is shown and during the grace period only', () => {
  const grace = fc.integer({ min: 0, max: 60_000 });
  fc.assert(
    fc.property(period, since, elapsed, grace, (periodMs, from, passed, graceMs) => {
      const shownAt = Math.max(0, Math.floor(passed / periodMs)) * periodMs + from;
      const { slot } = slotAt(from, periodMs, shownAt);
      const good = (at: number) => goodSlots(from, periodMs, at, graceMs).includes(slot);
      expect(good(shownAt)).toBe(true);
      expect(good(shownAt + periodMs - 1)).toBe(true);
      const grants = Math.min(graceMs, periodMs);
      expect(good(shownAt + periodMs + grants - 1)).toBe(true);
      expect(good(shownAt + periodMs + grants)).toBe(false);
      if (slot > 0) expect(good(shownAt - 1)).toBe(false);
    }),
  );
});

it('a distance is the same both ways, and a larger radius excludes no point', () => {
  const place = fc.record({
    lat: fc.double({ min: -85, max: 85, noNaN: true }),
    lng: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(place, place, fc.integer({ min: 20, max: 5_000 }), (here, there, radius) => {
      expect(metresBetween(here, there)).toBeCloseTo(metresBetween(there, here), 6);
      const at = (wide: number) =>
        counts(distanceZoneOf({ ...here, radius: wide }, { ...there, accuracy: 30 }));
      if (at(radius)) expect(at(radius + 100)).toBe(true);
    }),
  );
  expect(metresBetween({ lat: 52.5163, lng: 13.3777 }, { lat: 48.8584, lng: 2.2945 })).toBeCloseTo(
    877_500,
    -4,
  );
});
