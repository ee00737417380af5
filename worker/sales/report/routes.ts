import * as v from 'valibot';
import { SalesReport } from '../../contract/sales/report/report';
import { LocalDate } from '../../contract/values';
import { mount, read } from '../../http/declare';
import { salesReport } from './report';

export const salesReportRoutes = mount('Sales', [
  read({
    path: '/sales/report',
    summary: 'The sales report of a business day',
    description:
      'Payments less refunds of the business day `date` (today’s if not given), by method, product and hour from its start, and the same weekday a week before. With the cursor of `tills`.',
    may: 'sales.read',
    query: v.strictObject({ date: v.optional(LocalDate) }),
    answer: SalesReport,
    problems: ['invalid_input'],
    handle: (scope, { query: { date } }) => salesReport(scope, date),
  }),
]);
