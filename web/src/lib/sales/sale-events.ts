import { type Payment, type Refund, Sale } from '$contract/sales/payments/payments';
import type { Handlers, EventMeta } from '$lib/live/handlers';

/** One handler for every event of `tills` that carries a sale. */
export const saleHandlers = (act: (sale: Sale, event: EventMeta) => void): Handlers<'tills'> => ({
  'sale.created': [Sale, act],
  'sale.updated': [Sale, act],
  'sale.paid': [Sale, act],
  'sale.refunded': [Sale, act],
});

/** What moved with an event: the parts of a payment, or a refund. */
export type Movement = { sale: Sale; payments: readonly Payment[]; refund: Refund | null };

/** One handler for each movement of money: `sale.paid` and `sale.refunded`, which carries its refund last. */
export const movementHandlers = (act: (moved: Movement, event: EventMeta) => void): Handlers<'tills'> => ({
  'sale.paid': [Sale, (sale, event) => act({ sale, payments: sale.payments, refund: null }, event)],
  'sale.refunded': [
    Sale,
    (sale, event) => {
      const refund = sale.refunds.at(-1);
      if (refund) act({ sale, payments: refund.payments, refund }, event);
    },
  ],
});
