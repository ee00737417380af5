import type { Act } from './act';
import { isSale } from './declared';
import { keptWords } from './kept';

/** "3 sales wait to be sent.", "2 taps are kept on this device." */
export function waitingWords(acts: readonly Act[]): string {
  const sales = acts.filter(({ act }) => isSale(act)).length;
  const taps = acts.length - sales;
  return [
    ...(taps > 0 ? [keptWords(taps)] : []),
    ...(sales > 0 ? [sales === 1 ? 'One sale waits to be sent.' : `${sales} sales wait to be sent.`] : []),
  ].join(' ');
}
