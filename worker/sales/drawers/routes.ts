import { Hono } from 'hono';
import * as v from 'valibot';
import {
  CloseDrawer,
  DrawerChange,
  DrawerList,
  OpenDrawer,
  OwnDrawer,
  PrintedReceipt,
} from '../../contract/sales/payments/payments';
import { Id, LocalDate } from '../../contract/values';
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { jsonOnly, keyed, written } from '../../http/writes';
import { close, myDrawer, open } from './drawers';
import { drawersOn } from './list';
import { printReceipt } from '../payments/receipts';

const tag = 'Drawers and receipts';
const OfId = v.strictObject({ id: Id });
const Nothing = v.strictObject({});

export const drawerRoutes = new Hono<Http>()
  .get(
    '/drawers/mine',
    route({
      summary: 'One’s own open drawer',
      description: 'Null without one. With the cursors of one’s own channel and of `tills`.',
      tag,
      may: 'orders.sell',
      answers: { 200: OwnDrawer },
    }),
    async (c) => c.json((await myDrawer(c.var.scope)) satisfies OwnDrawer),
  )
  .get(
    '/drawers',
    route({
      summary: 'The drawers of a date',
      description:
        'One’s own that were open at some time of `date` (today if not given); everybody’s for whoever may read what was sold. With the cursor of `tills`.',
      tag,
      may: 'orders.sell',
      answers: { 200: DrawerList },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject({ date: v.optional(LocalDate) })),
    async (c) => c.json((await drawersOn(c.var.scope, c.req.valid('query').date)) satisfies DrawerList),
  )
  .post(
    '/drawers',
    route({
      summary: 'Open one’s drawer',
      tag,
      may: 'orders.sell',
      answers: { 200: DrawerChange },
      problems: [...written, 'drawer_open', 'drawer_closed', 'place_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', OpenDrawer),
    async (c) => c.json((await open(c.var.scope, c.req.valid('json'))) satisfies DrawerChange),
  )
  .post(
    '/drawers/:id/close',
    route({
      summary: 'Close one’s drawer',
      description: 'With what was counted, by method. What should have been there is written down with it.',
      tag,
      may: 'orders.sell',
      answers: { 200: DrawerChange },
      problems: [...written, 'not_found', 'not_your_drawer', 'drawer_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', CloseDrawer),
    async (c) =>
      c.json((await close(c.var.scope, c.req.valid('param').id, c.req.valid('json'))) satisfies DrawerChange),
  )
  .post(
    '/sales/:id/receipts',
    route({
      summary: 'Print a receipt',
      description: 'The first print is the original, later ones are copies.',
      tag,
      may: 'orders.sell',
      answers: { 200: PrintedReceipt },
      problems: [...written, 'not_found', 'not_paid', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', Nothing),
    async (c) => c.json((await printReceipt(c.var.scope, c.req.valid('param').id)) satisfies PrintedReceipt),
  );
