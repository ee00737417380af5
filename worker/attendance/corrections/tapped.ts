/** The records of a day with a tap that came late: what its person meant, as far as it can be told. Another person decides. */
import type { ProposedRecord } from '../../contract/attendance/corrections/proposals';
import type { BreakKind } from '../../contract/settings/settings';

export type TapOf =
  | { kind: 'in'; id: string }
  | { kind: 'out'; id: string }
  | { kind: 'break'; id: string; recordId: string; breakKind: string }
  | { kind: 'back'; id: string };

interface Around {
  /** The moment of the tap; all in UTC epoch milliseconds. */
  at: number;
  /** Nothing may end later. */
  now: number;
  /** The end of the shift, if there is one. */
  shiftEnd: number | null;
  breaks: readonly BreakKind[];
  /** Whether the record's end is only supposed, as no check-out of it is known: then a later tap moves it. */
  isSupposed: (id: string) => boolean;
}

const MINUTE = 60_000;

/** @returns the same records if the tap fits none of them */
export function withTap(
  records: readonly ProposedRecord[],
  tap: TapOf,
  around: Around,
): readonly ProposedRecord[] {
  switch (tap.kind) {
    case 'in':
      return arrived(records, tap.id, around);
    case 'out':
      return records.map((it) => (it.id === tap.id ? leftAt(it, around.at) : it));
    case 'break':
      return records.map((it) => (it.id === tap.recordId ? withBreak(it, tap, around) : it));
    case 'back':
      return records.map((it) =>
        it.breaks.some(({ id }) => id === tap.id) ? backAt(it, tap.id, around) : it,
      );
  }
}

/** Until a check-out is known, the record ends with the shift, before the next record, and at least a minute later. */
function arrived(
  records: readonly ProposedRecord[],
  id: string,
  { at, now, shiftEnd }: Around,
): readonly ProposedRecord[] {
  const isIn = records.some(({ inAt, outAt }) => inAt <= at && at < (outAt ?? Infinity));
  if (isIn || records.some((it) => it.id === id)) return records;
  const next = Math.min(now, ...records.map(({ inAt }) => inAt).filter((inAt) => inAt > at));
  const outAt = Math.min(next, Math.max(shiftEnd ?? 0, at + MINUTE));
  return outAt > at ? [...records, { id, inAt: at, outAt, breaks: [] }] : records;
}

function leftAt(it: ProposedRecord, at: number): ProposedRecord {
  if (at <= it.inAt) return it;
  const begun = it.breaks.filter(({ startAt }) => startAt < at);
  return {
    ...it,
    outAt: at,
    breaks: begun.map((each) => ({ ...each, endAt: Math.min(each.endAt ?? at, at) })),
  };
}

/** A break ends with its allowance, before the next one, and with its record. */
function withBreak(
  it: ProposedRecord,
  { id, breakKind }: TapOf & { kind: 'break' },
  around: Around,
): ProposedRecord {
  const { at, now, breaks } = around;
  const end = around.isSupposed(it.id) ? now : (it.outAt ?? now);
  const isOn = it.breaks.some(({ startAt, endAt }) => startAt <= at && at < (endAt ?? Infinity));
  const allowed = breaks.find(({ kind }) => kind === breakKind);
  if (isOn || !allowed || at < it.inAt || at >= end) return it;
  const next = Math.min(end, ...it.breaks.map(({ startAt }) => startAt).filter((startAt) => startAt > at));
  const endAt = Math.min(next, at + allowed.minutes * MINUTE);
  return lasting(
    { ...it, breaks: [...it.breaks, { id, kind: breakKind, startAt: at, endAt }] },
    endAt,
    around,
  );
}

function backAt(it: ProposedRecord, id: string, around: Around): ProposedRecord {
  const { at } = around;
  const breaks = it.breaks.map((each) =>
    each.id === id && at >= each.startAt ? { ...each, endAt: at } : each,
  );
  return lasting({ ...it, breaks }, at, around);
}

/** At least until then, if its end is only supposed. */
const lasting = (it: ProposedRecord, until: number, { isSupposed }: Around): ProposedRecord =>
  it.outAt !== null && isSupposed(it.id) ? { ...it, outAt: Math.max(it.outAt, until) } : it;
