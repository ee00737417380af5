import type { Correction, CorrectionState } from '$contract/attendance/corrections/corrections';
import { dayWords, type Times } from '$lib/times';
import type { Tone } from '$lib/ui/tone';

export const stateTone: Record<CorrectionState, Tone> = {
  pending: 'caution',
  approved: 'in',
  rejected: 'danger',
  withdrawn: 'plain',
  entered: 'accent',
};

/** "Waiting for a decision", "Approved by Ana Lopez at 14:02", "Withdrawn at 14:02, Yesterday". */
export function stateWords({ state, decidedBy, decidedAt }: Correction, times: Times, today: string): string {
  if (state === 'pending') return 'Waiting for a decision';
  const what = { approved: 'Approved', rejected: 'Rejected', withdrawn: 'Withdrawn', entered: 'Entered' }[
    state
  ];
  const by = decidedBy ? ` by ${decidedBy.name}` : '';
  if (decidedAt === null) return what + by;
  const on = times.date(decidedAt);
  const day = on === today ? '' : `, ${dayWords(on, today)}`;
  return `${what}${by} at ${times.clock(decidedAt)}${day}`;
}
