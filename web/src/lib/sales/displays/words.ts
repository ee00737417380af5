import { dateWords } from '$contract/zones';
import type { Times } from '$lib/times';

/** "21 November, 10:42" */
export const dayWords = (at: number, times: Times): string =>
  `${dateWords(times.date(at), { day: 'numeric', month: 'long' })}, ${times.clock(at)}`;
