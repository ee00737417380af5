import * as v from 'valibot';
import { SalesToReview } from '../../contract/sales/offline/differences';
import {
  Device,
  DeviceSeries,
  OfflineSale,
  OfflineSaleBooked,
} from '../../contract/sales/offline/offline-sales';
import { Done } from '../../contract/receipts';
import { Count, Id } from '../../contract/values';
import { done, mount, read, write } from '../../http/declare';
import { bookOffline } from './book';
import { review, salesToReview } from './review';
import { letterFor } from './series';

export const offlineRoutes = mount('Sales without network', [
  write({
    method: 'put',
    path: '/drawers/:id/devices/:device',
    summary: 'Get a device’s letter for receipts',
    description:
      'Of your own open drawer. Without network, the device numbers its receipts with it: `D0147-A001`. A device keeps its letter.',
    may: 'orders.sell',
    param: v.strictObject({ id: Id, device: Device }),
    answer: DeviceSeries,
    problems: ['invalid_input', 'not_found', 'not_your_drawer', 'drawer_closed', 'changed_meanwhile'],
    handle: (scope, { param: { id, device } }) => letterFor(scope, id, device),
  }),
  write({
    method: 'post',
    path: '/orders/offline-sales',
    summary: 'Book a sale that was made without network',
    description:
      'Cash only, goods handed over. It is booked at the prices charged, at the time of the tap, however old that is. What the stock lacks is the product’s `short`; if the drawer was closed meanwhile, the money lies beside it. What differs is a list for people who read the sales report.',
    may: 'orders.sell',
    body: OfflineSale,
    answer: OfflineSaleBooked,
    taps: 'any',
    problems: ['no_drawer', 'not_your_drawer', 'currency_changed', 'changed_meanwhile'],
    handle: (scope, { body }) => bookOffline(scope, body),
  }),
  read({
    path: '/sales/to-review',
    summary: 'Sales without network to look at',
    description:
      'Those that differ, the latest sold first. `before` is the id of one. With the cursor of `tills`.',
    may: 'sales.read',
    query: v.strictObject({ before: v.optional(Id), limit: v.optional(Count(1, 100), '50') }),
    answer: SalesToReview,
    problems: ['invalid_input'],
    handle: (scope, { query }) => salesToReview(scope, query),
  }),
  write({
    method: 'put',
    path: '/sales/:id/review',
    summary: 'Say that you have looked at a sale',
    description: 'It leaves the list of every supervisor.',
    may: 'sales.read',
    param: v.strictObject({ id: Id }),
    answer: Done,
    problems: ['invalid_input', 'not_found', 'changed_meanwhile'],
    handle: (scope, { param: { id } }) => done(review(scope, id)),
  }),
]);
