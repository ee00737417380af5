import * as v from 'valibot';
import { SalesReport } from '../../contract/sales/report/report';
import { CloseDay, DayClosed, DayReport, DayReportList } from '../../contract/sales/report/day-reports';
import { Count, LocalDate } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { closeDay, dayReport, dayReports } from './day-reports';
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
  read({
    path: '/sales/day-reports',
    summary: 'Reports of drawers and days',
    description:
      'Of 31 business days up to `until` (today if not given), the latest first: your own drawers’; all, and the days with drawers, for people who read the sales report.',
    may: 'orders.sell',
    query: v.strictObject({ until: v.optional(LocalDate) }),
    answer: DayReportList,
    problems: ['invalid_input'],
    handle: (scope, { query: { until } }) => dayReports(scope, until),
  }),
  read({
    path: '/sales/day-reports/:number',
    summary: 'The report of a drawer or a day',
    description:
      'As it was written at the closing. Another person’s drawer only for people who read the sales report.',
    may: 'orders.sell',
    param: v.strictObject({ number: Count(1, Number.MAX_SAFE_INTEGER) }),
    answer: DayReport,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { number } }) => dayReport(scope, number),
  }),
  write({
    method: 'post',
    path: '/sales/day-reports',
    summary: 'Close a business day',
    description:
      'Once all its drawers are closed. A drawer that is opened afterwards belongs to the next day.',
    may: 'sales.read',
    body: CloseDay,
    answer: DayClosed,
    problems: ['drawers_open', 'changed_meanwhile'],
    handle: (scope, { body }) => closeDay(scope, body),
  }),
]);
