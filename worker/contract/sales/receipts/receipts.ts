/** What a customer gets for a payment or a refund: numbered without gap in each drawer, on paper or by a link. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { drawerLabel } from '../drawers/drawers';
import { PaymentMethod } from '../payments/payments';
import { Id, Instant } from '../../values';

/** "D0147-023"; "D0147-A023" if a device without network numbered it. */
export const receiptLabel = (drawer: number, letter: string, number: number): string =>
  `${drawerLabel(drawer)}-${letter}${String(number).padStart(3, '0')}`;

export const ReceiptLabel = v.pipe(
  v.string(),
  v.regex(/^D\d{4,9}-[A-Z]{0,3}\d{3,9}$/, 'must be a receipt’s number such as D0147-023'),
);

/** The parts of a receipt's label. @param label of `ReceiptLabel` */
export function receiptParts(label: string): { drawer: number; letter: string; number: number } {
  const [, drawer, letter = '', number] = /^D(\d+)-([A-Z]*)(\d+)$/.exec(label) ?? [];
  return { drawer: Number(drawer), letter, number: Number(number) };
}

/** By the settings at the time of the payment or refund. */
export const Seller = v.strictObject({
  name: v.string(),
  address: v.nullable(v.string()),
  taxNumber: v.nullable(v.string()),
});
export type Seller = v.InferOutput<typeof Seller>;

/** Picks it from settings. */
export const sellerOf = (of: {
  organisation: string;
  sellerAddress: string | null;
  taxNumber: string | null;
}): Seller => ({ name: of.organisation, address: of.sellerAddress, taxNumber: of.taxNumber });

const amount = v.number();

/** Amounts are minor units; those of a refund are what came back. */
export const SalesReceipt = v.strictObject({
  label: v.string(),
  /** The original's label. */
  copyOf: v.nullable(v.string()),
  /** Null for the payment's. */
  refundId: v.nullable(v.string()),
  seller: Seller,
  /** The drawer's. */
  place: v.string(),
  zone: v.string(),
  currency: v.string(),
  /** The order's or the registration's number. */
  sale: v.string(),
  /** Of the payment or refund, whichever copy this is. */
  at: Instant,
  /** Who took or gave the money. */
  by: v.string(),
  lines: v.array(
    v.strictObject({
      name: v.string(),
      quantity: v.number(),
      price: amount,
      /** The line's own discount, which `amount` is without. Not of a refund. */
      discount: amount,
      amount,
    }),
  ),
  /** Of the whole sale. Not of a refund. */
  discount: amount,
  taxIncluded: v.boolean(),
  /** Hundredths of a percent. */
  taxes: v.array(v.strictObject({ rate: v.number(), net: amount, tax: amount })),
  total: amount,
  payments: v.array(
    v.strictObject({
      method: PaymentMethod,
      amount,
      rounding: amount,
      tip: amount,
      received: amount,
      change: amount,
      reference: v.nullable(v.string()),
    }),
  ),
});
export type SalesReceipt = v.InferOutput<typeof SalesReceipt>;

/** All of a sale, the earliest first. */
export const ReceiptList = v.strictObject({
  receipts: v.array(SalesReceipt),
  /** The labels of the originals that no one has printed. */
  unprinted: v.array(v.string()),
});
export type ReceiptList = v.InferOutput<typeof ReceiptList>;

/** Of the payment, or of a refund. */
export const PrintReceipt = v.strictObject({ refundId: v.optional(v.nullable(Id), null) });
export type PrintReceipt = v.InferOutput<typeof PrintReceipt>;
export const ReceiptPrint = v.strictObject({ printed: SalesReceipt, receipt: Receipt });
export type ReceiptPrint = v.InferOutput<typeof ReceiptPrint>;

/** How long a link shows its receipt. */
export const RECEIPT_DAYS = 90;

/** 128 random bits in lower-case hex: a link's token. */
export const ReceiptToken = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, 'must be a receipt’s link'));
export const newReceiptToken = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The page makes the token and keeps it; `hash` is its SHA-256. */
export const LinkReceipt = v.strictObject({
  label: ReceiptLabel,
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256')),
});
export type LinkReceipt = v.InferOutput<typeof LinkReceipt>;
export const ReceiptLink = v.strictObject({ expiresAt: Instant, receipt: Receipt });
export type ReceiptLink = v.InferOutput<typeof ReceiptLink>;

export const OpenReceipt = v.strictObject({ token: ReceiptToken });
