import type { SaleStatus } from '$contract/sales/moves';
import type { Discount } from '$contract/sales/discounts';
import type { ByMethod } from '$contract/sales/drawers/drawers';
import { methodWords, type Payment, PaymentMethod } from '$contract/sales/payments/payments';
import type { Named } from '$contract/sessions/sessions';
import type { Amounts } from '$lib/money';
import type { Times } from '$lib/times';
import type { Tone } from '$lib/ui/tone';

/** "2 × Cappuccino, 1 × Croissant" */
export const goodsWords = (lines: readonly { name: string; quantity: number }[]): string =>
  lines.length === 0 ? 'No items' : lines.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ');

/** "19 %" of 1900 hundredths of a percent. */
export const percentWords = (hundredths: number): string => `${(hundredths / 100).toLocaleString('en-GB')} %`;

/** "Tax 19 %, included" */
export const taxWords = (rate: number, included: boolean): string =>
  `Tax ${percentWords(rate)}${included ? ', included' : ''}`;

/** "10 %: Staff", "€2.00: Late" */
export const discountWords = ({ percent, amount, reason }: Discount, amounts: Amounts): string =>
  `${percent === null ? amounts.words(amount) : percentWords(percent)}: ${reason}`;

/** "Cash €10.00, Card €4.50" */
export const partsWords = (
  payments: readonly Pick<Payment, 'method' | 'amount'>[],
  amounts: Amounts,
): string =>
  payments.map(({ method, amount }) => `${methodWords[method]} ${amounts.words(amount)}`).join(', ');

/** "cash €10.00, card €4.50": the parts of a refund. */
export const givenWords = (
  parts: readonly { method: PaymentMethod; amount: number }[],
  amounts: Amounts,
): string =>
  parts
    .map(({ method, amount }) => `${methodWords[method].toLowerCase()} ${amounts.words(amount)}`)
    .join(', ');

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
