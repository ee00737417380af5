/** Divides the time since the start into slots, on the server's clock. Each slot has one code. */

/** How long a code still counts after the next one is shown: a phone needs that long to read and send it. */
export const GRACE_MS = 10_000;
/** Six digits take longer to type than a picture to scan. */
export const TYPED_MS = 60_000;
export const TYPED_GRACE_MS = 30_000;

export interface Slot {
  /** 0 for the first slot, and for any time before it. */
  slot: number;
  /** Milliseconds until the next slot: 1 … period. */
  leftMs: number;
}

/** @param since when slot 0 began, UTC epoch milliseconds @param periodMs the length of a slot, milliseconds */
export function slotAt(since: number, periodMs: number, now: number): Slot {
  const elapsed = Math.max(0, now - since);
  const slot = Math.floor(elapsed / periodMs);
  return { slot, leftMs: (slot + 1) * periodMs - elapsed };
}

/** The slots whose codes count: the present one, and the previous one during the grace period. */
export function goodSlots(since: number, periodMs: number, now: number, graceMs: number): number[] {
  const { slot, leftMs } = slotAt(since, periodMs, now);
  const shownFor = periodMs - leftMs;
  return slot > 0 && shownFor < Math.min(graceMs, periodMs) ? [slot, slot - 1] : [slot];
}
