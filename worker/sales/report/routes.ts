import { Hono } from 'hono';
import * as v from 'valibot';
import { SalesDay } from '../../contract/sales/payments/payments';
import { LocalDate } from '../../contract/values';
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { salesDay } from './day';

export const takingsRoutes = new Hono<Http>().get(
  '/sales',
  route({
    summary: 'What was sold on a date',
    description:
      'Payments less refunds of `date` (today if not given) in the workplace’s zone, by method, product and hour, and the same weekday a week before. With the cursor of `tills`.',
    tag: 'Sales',
    may: 'sales.read',
    answers: { 200: SalesDay },
    problems: ['invalid_input'],
  }),
  input('query', v.strictObject({ date: v.optional(LocalDate) })),
  async (c) => c.json((await salesDay(c.var.scope, c.req.valid('query').date)) satisfies SalesDay),
);
