/** The break buttons' presses: off, and back. And how much of each kind is left. */
import { type AttendanceRecord, type Break, BreakReceipted } from '$contract/attendance/attendance';
import { breakEnd } from '$contract/attendance/day';
import type { BreakKind } from '$contract/settings/settings';
import type { ApiClient } from '$lib/api';
import * as v from 'valibot';
import type { Ground } from './Tap.svelte';

const MINUTE = 60_000;

export type Pause =
  | { act: 'start'; id: string; record: AttendanceRecord; kind: string; dueAt: number }
  /** Also of one that was assumed to end at its allowance: “Back” sets its true end. */
  | { act: 'end'; id: string; break: Break };

type Surroundings = Pick<Ground<Pause, Break>, 'guess' | 'confirm' | 'refused'> & {
  api: ApiClient;
  /** The server's time, epoch milliseconds. */
  now(): number;
};

export const pausing = ({ api, now, ...told }: Surroundings): Ground<Pause, Break> => ({
  ...told,
  same: (earlier, pause) =>
    pause.act === 'start'
      ? earlier.act === 'start' && earlier.kind === pause.kind && earlier.record.id === pause.record.id
      : earlier.act === 'end' && earlier.id === pause.id,
  expected(pause) {
    if (pause.act === 'end') {
      const { startAt } = pause.break;
      return { ...pause.break, endAt: Math.max(startAt, now()), auto: false };
    }
    const { id, kind, record, dueAt } = pause;
    const startAt = now();
    return {
      id,
      recordId: record.id,
      personId: record.personId,
      kind,
      startAt,
      endAt: null,
      dueAt: Math.max(startAt, dueAt),
      auto: false,
    };
  },
  send: (pause, how) =>
    pause.act === 'end'
      ? api.attendance['break-end'].$post({ json: { id: pause.id } }, how)
      : api.attendance['break-start'].$post(
          { json: { id: pause.id, recordId: pause.record.id, kind: pause.kind } },
          how,
        ),
  read(body) {
    const { break: row, receipt } = v.parse(BreakReceipted, body);
    return { row, receipt };
  },
  // That it ended by itself at its allowance is not what “Back” says.
  done: ({ act }, { endAt, auto }) => act === 'start' || (endAt !== null && !auto),
});

/** A kind of break, and how much of its allowance is left over the date of these records, in milliseconds. */
export interface Allowance extends BreakKind {
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
