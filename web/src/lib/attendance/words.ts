import type { Tone } from '$lib/ui/tone';
import type { Presence } from './rows';

export function presenceTone(presence: Presence, past: boolean): Tone {
  if (presence === 'in') return past ? 'caution' : 'in';
  return presence === 'out' ? 'out' : 'plain';
}

/** A past day's words differ: nobody is still "at work" on it, and "not yet" has become "not". */
export function presenceWords(presence: Presence, past: boolean): string {
  if (presence === 'in') return past ? 'Not checked out' : 'At work';
  if (presence === 'out') return 'Checked out';
  return past ? 'Not in' : 'Not yet in';
}
