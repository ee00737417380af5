import type { Break } from '$contract/attendance/attendance';
import { breakEnd } from '$contract/attendance/day';
import type { BreakKind } from '$contract/settings/settings';

const MINUTE = 60_000;

/** A kind of break and the allowance left on a date. */
export interface Allowance extends BreakKind {
  /** Milliseconds. */
  left: number;
}

/** @param breaks those of one date */
export const allowancesOf = (
  kinds: readonly BreakKind[],
  breaks: readonly Break[],
  now: number,
): Allowance[] =>
  kinds.map((kind) => {
    const used = breaks
      .filter((it) => it.kind === kind.kind)
      .reduce((sum, it) => sum + Math.max(0, breakEnd(it, now) - it.startAt), 0);
    return { ...kind, left: Math.max(0, kind.minutes * MINUTE - used) };
  });
