/** Import it lazily. What a till needs once it sells without network: numbers of receipts, the act, and the customer's receipt. */
import { amountOf } from '$contract/money';
import type { Drawer } from '$contract/sales/drawers/drawers';
import type { OfflineSale } from '$contract/sales/offline/offline-sales';
import { receiptLabel, type SalesReceipt, type Seller } from '$contract/sales/receipts/receipts';
import type { Named } from '$contract/sessions/sessions';
import type { Act } from '$lib/outbox/act';
import type { LiveTill } from '$lib/sales/orders/LiveTill.svelte';
import { uuidv7 } from '$lib/uuidv7';
import type { Cash, Charged } from './charged';
import type { Series, SeriesStore } from './series';

export { browserSeries } from './series';

/** Asks the server for a device's series; undefined without an answer. */
export type AskForSeries = (
  drawerId: string,
  device: string,
) => Promise<Pick<Series, 'letter' | 'next'> | undefined>;

/** The drawer's series on this device. The server is asked once a drawer. */
export async function seriesFor(
  drawerId: string,
  store: SeriesStore,
  ask: AskForSeries | undefined,
): Promise<Series | undefined> {
  const known = await store.of(drawerId);
  if (known || !ask) return known;
  const named = await ask(drawerId, await store.device()).catch(() => undefined);
  if (named) await store.keep({ drawerId, letter: named.letter, next: named.next, at: Date.now() });
  return store.of(drawerId);
}

interface Where {
  till: Pick<LiveTill, 'drawer' | 'latest' | 'times' | 'clock'>;
  by: Named;
  series: SeriesStore;
  /** Keeps the act on the device at once, or throws. Its answer may take hours. */
  keep: (body: Act['body']) => Promise<void>;
}

/** @returns the customer's receipt; undefined without a drawer or a number */
export async function takeCash(
  charged: Charged,
  cash: Cash,
  { till: { drawer, latest, times, clock }, by, series, keep }: Where,
): Promise<SalesReceipt | undefined> {
  const taken = drawer && (await series.take(drawer.id));
  if (!drawer || !taken) return undefined;
  const label = receiptLabel(drawer.number, taken.letter, taken.number);
  const { currency, seller } = latest;
  const sale = {
    ...{ id: uuidv7(), placeId: drawer.place.id, drawerId: drawer.id },
    ...{ device: await series.device(), receipt: label, currency },
  };
  await Promise.race([keep(actOf(charged, cash, sale)), new Promise((kept) => setTimeout(kept))]);
  const { zone } = times;
  return receiptOf(charged, cash, { label, drawer, seller, zone, currency, at: clock.read(), name: by.name });
}

/** The act's body. @param by the device's series */
function actOf(
  { lines, discounts, given, taxIncluded, total, replaces }: Charged,
  { received, tip, due }: Cash,
  by: Pick<OfflineSale, 'id' | 'placeId' | 'drawerId' | 'device' | 'receipt' | 'currency'>,
): Omit<OfflineSale, 'tapped'> {
  return {
    ...by,
    lines: lines.map(({ productId, name, quantity, price, taxRate }, index) => ({
      ...{ productId, name, quantity, price, taxRate },
      discount: discounts[index] ?? null,
    })),
    discount: given,
    ...{ taxIncluded, total, tip, received, replaces },
    rounding: due - total,
    change: received - tip - due,
  };
}

/** As the server will make it. */
function receiptOf(
  { lines, discount, taxIncluded, taxes, total }: Charged,
  { received, tip, due }: Cash,
  by: {
    label: string;
    drawer: Drawer;
    seller: Seller;
    zone: string;
    currency: string;
    at: number;
    name: string;
  },
): SalesReceipt {
  const { label, drawer, name, ...rest } = by;
  return {
    ...rest,
    ...{ label, copyOf: null, refundId: null, place: drawer.place.name, sale: label, by: name },
    lines: lines.map((line) => ({
      ...{ name: line.name, quantity: line.quantity, price: line.price },
      discount: line.discount?.amount ?? 0,
      amount: amountOf({ ...line, share: 0 }),
    })),
    discount: discount?.amount ?? 0,
    ...{ taxIncluded, taxes, total },
    payments: [
      {
        ...{ method: 'cash', amount: due, rounding: due - total, tip, received, reference: null },
        change: received - tip - due,
      },
    ],
  };
}
