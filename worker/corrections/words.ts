import { clockWords } from '../notifications/words';

/** "08:58 – 17:04", "since 08:58" */
export const spanWords = (zone: string, from: number, to: number | null): string =>
  to === null ? `since ${clockWords(zone, from)}` : `${clockWords(zone, from)} – ${clockWords(zone, to)}`;
