import { type Payment, Sale } from '$contract/sales/payments/payments';
import type { Handlers, EventMeta } from '$lib/live/handlers';

/** One handler for every event of `tills` that carries a sale. */
export const saleHandlers = (act: (sale: Sale, event: EventMeta) => void): Handlers<'tills'> => ({
  'sale.created': [Sale, act],
  'sale.updated': [Sale, act],
  'sale.paid': [Sale, act],
  'sale.refunded': [Sale, act],
});

/** One handler for each movement of money: `sale.paid` and `sale.refunded`. */
export const movementHandlers = (
  act: (sale: Sale, payment: Payment, event: EventMeta) => void,
): Handlers<'tills'> => ({
  'sale.paid': [Sale, (sale, event) => sale.payment && act(sale, sale.payment, event)],
  'sale.refunded': [Sale, (sale, event) => sale.refund && act(sale, sale.refund, event)],
});
