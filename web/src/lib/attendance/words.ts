import { type DayStatus, dayStatusWords } from '$contract/attendance/attendance';
import type { Tone } from '$lib/ui/tone';
import type { BoardRow, Presence } from './rows';

export function presenceTone(presence: Presence, past: boolean): Tone {
  if (presence === 'in') return past ? 'caution' : 'in';
  if (presence === 'break') return past ? 'caution' : 'accent';
  return presence === 'out' ? 'out' : 'plain';
}

/** A past day's words differ: nobody is still "at work" on it, and "not yet" has become "not". */
export function presenceWords(presence: Presence, past: boolean): string {
  if (presence === 'in' || presence === 'break')
    return past ? 'Not checked out' : presence === 'in' ? 'At work' : 'On a break';
  if (presence === 'out') return 'Checked out';
  return past ? 'Not in' : 'Not yet in';
}

export function statusTone(status: DayStatus | null): Tone {
  if (status === 'present') return 'in';
  if (status === 'late' || status === 'left_early' || status === 'half_day') return 'caution';
  if (status === 'absent') return 'danger';
  return status === 'excused' || status === 'on_leave' ? 'accent' : 'plain';
}

/** "Late", or for nobody expected and nobody there, "Not expected". */
export const statusWords = (status: DayStatus | null): string =>
  status ? dayStatusWords[status] : 'Not expected';

/** The one thing to read first: where somebody is, or, of somebody who is not there, what their day counts as. */
export function standingOf(
  { presence, day: { status } }: Pick<BoardRow, 'presence' | 'day'>,
  past: boolean,
): { words: string; tone: Tone } {
  if (presence !== 'none')
    return { words: presenceWords(presence, past), tone: presenceTone(presence, past) };
  if (status === 'pending') return { words: presenceWords('none', past), tone: 'plain' };
  return { words: statusWords(status), tone: statusTone(status) };
}
