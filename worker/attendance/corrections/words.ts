import type { RecordWithBreaks } from '../../contract/attendance/corrections/corrections';
import { clockWords } from '../../contract/zones';

/** "08:58 – 17:04", "since 08:58" */
export const spanWords = (zone: string, from: number, to: number | null): string =>
  to === null ? `since ${clockWords(zone, from)}` : `${clockWords(zone, from)} – ${clockWords(zone, to)}`;

/** "08:58 – 12:00, 13:00 – 17:04", "nothing recorded" */
export const daysWords = (days: readonly RecordWithBreaks[]): string =>
  days.length === 0
    ? 'nothing recorded'
    : days.map(({ record: { zone, inAt, outAt } }) => spanWords(zone, inAt, outAt)).join(', ');
