import * as v from 'valibot';
import { SalesReport } from '../../contract/sales/payments/payments';
import { LocalDate } from '../../contract/values';
import { mount, read } from '../../http/declare';
import { salesReport } from './report';

export const salesReportRoutes = mount('Sales', [
  read({
    path: '/sales/report',
    summary: 'The sales report of a date',
    description:
      'Payments less refunds of `date` (today if not given) in the workplace’s zone, by method, product and hour, and the same weekday a week before. With the cursor of `tills`.',
    may: 'sales.read',
    query: v.strictObject({ date: v.optional(LocalDate) }),
    answer: SalesReport,
    problems: ['invalid_input'],
    handle: (scope, { query: { date } }) => salesReport(scope, date),
  }),
]);
