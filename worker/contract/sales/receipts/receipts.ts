/** What a customer gets: numbered without gap in each drawer. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { Id } from '../../values';

/** The number of a receipt's print: all but the first are copies. */
export const PrintedReceipt = v.strictObject({
  saleId: Id,
  /** 1 for the first. */
  print: v.number(),
  receipt: Receipt,
});
export type PrintedReceipt = v.InferOutput<typeof PrintedReceipt>;
