import { type DayStatus, dayStatusWords } from '$contract/attendance/attendance';
import type { Tone } from '$lib/ui/tone';
import type { BoardRow, Presence } from './rows';

export function presenceTone(presence: Presence, past: boolean): Tone {
  if (presence === 'in') return past ? 'caution' : 'in';
  if (presence === 'break') return past ? 'caution' : 'accent';
  return presence === 'out' ? 'out' : 'plain';
}

/** On a past day "at work" reads "not checked out". */
export function presenceWords(presence: Presence, past: boolean): string {
  if (presence === 'in' || presence === 'break')
    return past ? 'Not checked out' : presence === 'in' ? 'At work' : 'On a break';
  return presence === 'out' ? 'Checked out' : 'Not in';
}

const tones: Record<DayStatus, Tone> = {
  pending: 'plain',
  present: 'in',
  late: 'caution',
  half_day: 'caution',
  left_early: 'caution',
  absent: 'danger',
  excused: 'accent',
  on_leave: 'accent',
};

export const statusTone = (status: DayStatus | null): Tone => (status ? tones[status] : 'plain');

export const statusWords = (status: DayStatus | null): string =>
  status ? dayStatusWords[status] : 'Not expected';

/** The row's badge: the presence state, or the day's status for a person who is not in. */
export function presenceBadge(
  { presence, day: { status } }: Pick<BoardRow, 'presence' | 'day'>,
  past: boolean,
): { words: string; tone: Tone } {
  return presence === 'none'
    ? { words: statusWords(status), tone: statusTone(status) }
    : { words: presenceWords(presence, past), tone: presenceTone(presence, past) };
}

/** Of a record with a tap that its device kept. */
export const OFFLINE = 'Tapped without network, sent later';
