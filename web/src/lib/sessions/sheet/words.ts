import { sessionStatusWords } from '$contract/sessions/sessions';
import type { Attendee } from '$contract/sessions/sheet/sheets';
import type { Tone } from '$lib/ui/tone';
import { statusTones } from '$lib/sessions/words';
import type { LiveSheet } from './LiveSheet.svelte';

/** The origin of a mark: "scanned at 09:02", "by Hana Host at 09:10: bus was late". */
export function howWords(
  { method, at, by, reason }: Attendee,
  { session, times }: Pick<LiveSheet, 'session' | 'times'>,
): string {
  if (at === null || method === null) return '';
  const when = times.clockFrom(session.workDate, at); // marks may be corrected days later
  const why = reason ? `: ${reason}` : '';
  switch (method) {
    case 'scan':
      return `scanned at ${when}`;
    case 'code':
      return `typed the code at ${when}`;
    case 'request':
      return `let in by ${by?.name ?? 'a host'}, scanned at ${when}`;
    case 'hand':
      return `by ${by?.name ?? 'a host'} at ${when}${why}`;
    case 'lock':
      return `by the lock at ${when}`;
    case 'end':
      return `at the end, ${when}`;
  }
}

export const statusWords = (status: Attendee['status']): string =>
  status === null ? 'Not yet' : sessionStatusWords[status];

export const statusTone = (status: Attendee['status']): Tone =>
  status === null ? 'plain' : statusTones[status];

/** The reason of a request to be let in. */
export const askingWords = {
  no_position: 'Their phone shares no location',
  outside: 'Their phone is too far away',
  offline: 'Their phone had no network when they scanned',
} as const;
