import * as v from 'valibot';
import {
  DisplayBoard,
  DisplayChange,
  DisplayList,
  NewDisplay,
  OpenDisplay,
} from '../../contract/sales/displays/displays';
import { sha256 } from '../../contract/secrets';
import { Id } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { addressOf } from '../../http/client';
import { keepDisplay } from '../../http/cookies';
import { input, jsonOnly, route, withJson } from '../../http/route';

import { displayBoard } from './board';
import { allDisplays, createDisplay, openDisplay, revokeDisplay } from './displays';

const tag = 'Customers’ screens';

export const displayRoutes = mount(tag, [
  read({
    path: '/displays',
    summary: 'All customers’ screens',
    description: 'The newest first, revoked ones last. Without their links.',
    may: 'products.manage',
    answer: DisplayList,
    handle: allDisplays,
  }),
  write({
    method: 'post',
    path: '/displays',
    summary: 'Create a customers’ screen',
    description:
      'Anyone with the link may open it, on any number of screens, until it is revoked. The link is `/display#<token>`.',
    may: 'products.manage',
    body: NewDisplay,
    answer: DisplayChange,
    problems: ['not_found', 'id_taken'],
    handle: (scope, { body }) => createDisplay(scope, body),
  }),
  write({
    method: 'post',
    path: '/displays/:id/revoke',
    summary: 'Turn a customers’ screen off',
    description: 'Permanently, on every screen that was opened with its link.',
    may: 'products.manage',
    param: v.strictObject({ id: Id }),
    body: v.strictObject({}),
    answer: DisplayChange,
    problems: ['not_found'],
    handle: (scope, { param: { id } }) => revokeDisplay(scope, id),
  }),
  read({
    path: '/display',
    summary: 'The numbers of a customers’ screen',
    description:
      'Numbers and their states, with the cursor of `display`; of one place if the screen is for one.',
    may: 'orders.see',
    displays: true,
    answer: DisplayBoard,
    handle: displayBoard,
  }),
]).post(
  '/display/open',
  route({
    summary: 'Open a customers’ screen',
    description:
      'Exchanges the link’s token for a cookie that no script reads. It opens `GET /display` and the channel `display`, nothing else. Tries are counted by address.',
    tag,
    may: 'anyone',
    byLink: true,
    answers: { 204: null },
    problems: [...withJson, 'display_revoked', 'too_many_tries'],
  }),
  jsonOnly,
  input('json', OpenDisplay),
  async (c) => {
    const { token } = c.req.valid('json');
    await openDisplay(c.var.scope, await sha256(token), addressOf(c));
    keepDisplay(c, token);
    return c.body(null, 204);
  },
);
