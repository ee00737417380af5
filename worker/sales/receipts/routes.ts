import * as v from 'valibot';
import {
  LinkReceipt,
  OpenReceipt,
  PrintReceipt,
  ReceiptLink,
  ReceiptList,
  ReceiptPrint,
  SalesReceipt,
} from '../../contract/sales/receipts/receipts';
import { sha256 } from '../../contract/secrets';
import { Id } from '../../contract/values';
import { addressOf } from '../../http/client';
import { mount, read, write } from '../../http/declare';
import { input, jsonOnly, route, withJson } from '../../http/route';
import { printReceipt, receiptsOf } from './copies';
import { linkReceipt, openReceipt } from './links';

const tag = 'Receipts';
const param = v.strictObject({ id: Id });

export const receiptRoutes = mount(tag, [
  read({
    path: '/sales/:id/receipts',
    summary: 'The receipts of a sale',
    description:
      'Of its payment, its refunds and their copies, the earliest first. The original is made with the payment or refund; `unprinted` names the originals that no one has printed.',
    may: 'orders.sell',
    param,
    answer: ReceiptList,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => receiptsOf(scope, id),
  }),
  write({
    method: 'post',
    path: '/sales/:id/receipts',
    summary: 'Print a receipt',
    description:
      'The first time the original; then a copy, which has the next number of your own open drawer and names its original. Of the payment, or of the refund `refundId`.',
    may: 'orders.sell',
    param,
    body: PrintReceipt,
    answer: ReceiptPrint,
    problems: ['not_found', 'not_paid', 'no_drawer', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => printReceipt(scope, id, body),
  }),
  write({
    method: 'post',
    path: '/sales/:id/receipts/links',
    summary: 'Make a link to a receipt',
    description:
      'Anyone with the link may see this receipt for 90 days. The link is `/r/<token>`; `hash` is the token’s SHA-256.',
    may: 'orders.sell',
    param,
    body: LinkReceipt,
    answer: ReceiptLink,
    problems: ['not_found', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => linkReceipt(scope, id, body),
  }),
]).post(
  '/receipts/open',
  route({
    summary: 'Open a receipt by its link',
    description: 'With the token of the link. Tries with unknown ones are counted by address.',
    tag,
    may: 'anyone',
    byLink: true,
    answers: { 200: SalesReceipt },
    problems: [...withJson, 'receipt_gone', 'too_many_tries'],
  }),
  jsonOnly,
  input('json', OpenReceipt),
  async (c) => {
    const { token } = c.req.valid('json');
    return c.json(await openReceipt(c.var.scope, await sha256(token), addressOf(c)));
  },
);
