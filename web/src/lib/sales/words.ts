import type { SaleStatus } from '$contract/sales/moves';
import type { ByMethod } from '$contract/sales/drawers/drawers';
import { PaymentMethod, type Sale } from '$contract/sales/payments/payments';
import type { Named } from '$contract/sessions/sessions';
import type { Amounts } from '$lib/money';
import type { Times } from '$lib/times';
import type { Tone } from '$lib/ui/tone';

/** "2 × Cappuccino, 1 × Croissant" */
export const goodsWords = (lines: readonly { name: string; quantity: number }[]): string =>
  lines.length === 0 ? 'No items' : lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ');

/** "Tax 19 %, included" */
export const taxWords = ({ taxRate, taxIncluded }: Pick<Sale, 'taxRate' | 'taxIncluded'>): string =>
  `Tax ${(taxRate / 100).toLocaleString('en-GB')} %${taxIncluded ? ', included' : ''}`;

/** "to Mr Okafor, by you at 13:02", "by you at 13:02" */
export const handedWords = ({ release }: Pick<SaleStatus, 'release'>, me: string, times: Times): string =>
  release ? `${toWords(release.receivedBy)}${byWords(release.by, me)} at ${times.clock(release.at)}` : '';

const toWords = (receivedBy: string | null): string => (receivedBy === null ? '' : `to ${receivedBy}, `);

/** "Released by Ana Kovač at 10:42": the last move. The clock has no name. */
export const endedWords = (
  { changed: { by, at } }: Pick<SaleStatus, 'changed'>,
  state: string,
  me: string,
  times: Times,
): string => `${state}${by ? ` ${byWords(by, me)}` : ''} at ${times.clock(at)}`;

const byWords = ({ id, name }: Named, me: string): string => `by ${id === me ? 'you' : name}`;

const isExact = (variance: ByMethod): boolean =>
  PaymentMethod.options.every((method) => variance[method] === 0);

/** "Exact", "€0.50 missing", "€2.00 too much", or that the methods offset each other. */
export function differenceWords(sum: number, variance: ByMethod, amounts: Amounts): string {
  if (isExact(variance)) return 'Exact';
  if (sum === 0) return 'Total matches, methods don’t';
  return sum < 0 ? `${amounts.words(-sum)} missing` : `${amounts.words(sum)} over`;
}

export const differenceTone = (variance: ByMethod): Tone => (isExact(variance) ? 'in' : 'caution');
