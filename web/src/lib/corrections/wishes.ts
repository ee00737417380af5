/** Times as somebody types them, and what is wrong with them, in words. */
import { Reason, timesTrouble } from '$contract/corrections';
import type { AttendanceRecord } from '$contract/attendance';
import { spanOf } from '$lib/attendance/stay';
import type { Times } from '$lib/times';
import * as v from 'valibot';

export interface Typed {
  workDate: string;
  /** `YYYY-MM-DDTHH:MM`, in the zone; empty while nothing is typed. */
  in: string;
  out: string;
  reason: string;
}

export interface Read {
  newIn?: number;
  newOut?: number;
  /** Nothing would change: not wrong, but nothing to ask for. */
  unchanged: boolean;
  /** What is wrong, by field; an empty field is not wrong yet, but nothing can be sent. */
  troubles: Partial<Record<'in' | 'out' | 'reason', string>>;
}

/** What an input of type `datetime-local` shows of an instant. */
export const typedOf = (times: Times, at: number): string => `${times.date(at)}T${times.clock(at)}`;

/**
 * What was typed, as instants. A field that still shows the old time means it to the millisecond, also in the hour that
 * comes twice when clocks go back.
 */
export function readTyped(
  typed: Typed,
  {
    record,
    others,
    times,
    now,
  }: {
    record: AttendanceRecord | undefined;
    others: readonly AttendanceRecord[];
    times: Times;
    now: number;
  },
): Read {
  const newIn = instantOf(times, typed.in, record?.inAt);
  const newOut = instantOf(times, typed.out, record?.outAt ?? undefined);
  const troubles: Read['troubles'] = {};
  if (typed.in && newIn === undefined) troubles.in = noSuchTime;
  if (typed.out && newOut === undefined) troubles.out = noSuchTime;
  if (newIn !== undefined && newOut !== undefined) {
    const trouble = timesTrouble({ newIn, newOut, workDate: typed.workDate }, times.zone, now);
    if (trouble?.path === 'newIn') troubles.in = `The check-in ${trouble.message}.`;
    if (trouble?.path === 'newOut') troubles.out = `The check-out ${trouble.message}.`;
    const other = others.find((one) => one.inAt < newOut && (one.outAt ?? Infinity) > newIn);
    if (!trouble && other) troubles.out = `These times overlap with ${spanOf(other, times)}.`;
  }
  const reason = v.safeParse(Reason, typed.reason);
  if (typed.reason.trim() && !reason.success) troubles.reason = `The reason ${reason.issues[0].message}.`;
  const unchanged = record !== undefined && !record.auto && newIn === record.inAt && newOut === record.outAt;
  return {
    unchanged,
    ...(newIn !== undefined && { newIn }),
    ...(newOut !== undefined && { newOut }),
    troubles,
  };
}

const noSuchTime = 'There is no such time on that day.';

function instantOf(times: Times, typed: string, old: number | undefined): number | undefined {
  if (old !== undefined && typed === typedOf(times, old)) return old;
  return times.instant(typed);
}
