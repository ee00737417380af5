import { Hono } from 'hono';
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
import { doorOf } from '../../http/door';
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { keepDisplay } from '../../http/session';
import { jsonOnly, keyed, written } from '../../http/writes';
import { displayBoard } from './board';
import { allDisplays, createDisplay, displayIn, openDisplay, revokeDisplay } from './displays';

const tag = 'Customers’ screens';

export const displayRoutes = new Hono<Http>()
  .get(
    '/displays',
    route({
      summary: 'All customers’ screens',
      description: 'The newest first, revoked ones last. Nobody is told their links.',
      tag,
      may: 'products.manage',
      answers: { 200: DisplayList },
    }),
    async (c) => c.json((await allDisplays(c.var.scope)) satisfies DisplayList),
  )
  .post(
    '/displays',
    route({
      summary: 'Make a customers’ screen',
      description:
        'Whoever has the link with the token of that hash may open it, on as many screens as they like, until it is revoked. The link is `/display#<token>`.',
      tag,
      may: 'products.manage',
      answers: { 200: DisplayChange },
      problems: [...written, 'not_found', 'id_taken'],
    }),
    jsonOnly,
    keyed,
    input('json', NewDisplay),
    async (c) => {
      const answer = await createDisplay(c.var.scope, c.req.valid('json'));
      return c.json({ display: displayIn(answer), receipt: answer.receipt } satisfies DisplayChange);
    },
  )
  .post(
    '/displays/:id/revoke',
    route({
      summary: 'Turn a customers’ screen off',
      description: 'At once and for good, on every screen that was opened with its link.',
      tag,
      may: 'products.manage',
      answers: { 200: DisplayChange },
      problems: [...written, 'not_found'],
    }),
    jsonOnly,
    keyed,
    input('param', v.strictObject({ id: Id })),
    input('json', v.strictObject({})),
    async (c) => {
      const answer = await revokeDisplay(c.var.scope, c.req.valid('param').id);
      return c.json({ display: displayIn(answer), receipt: answer.receipt } satisfies DisplayChange);
    },
  )
  .post(
    '/display/open',
    route({
      summary: 'Open a customers’ screen',
      description:
        'Exchanges the link’s token for a cookie that no script reads. It opens `GET /display` and the channel `display`, nothing else. Tries are counted by address.',
      tag,
      may: 'anyone',
      answers: { 204: null },
      problems: [
        ...['malformed_json', 'invalid_input', 'not_json', 'foreign_origin', 'body_too_large'],
        ...['display_revoked', 'too_many_tries', 'unavailable'],
      ] as const,
    }),
    jsonOnly,
    input('json', OpenDisplay),
    async (c) => {
      const { token } = c.req.valid('json');
      await openDisplay(c.var.scope, await sha256(token), doorOf(c).address);
      keepDisplay(c, token);
      return c.body(null, 204);
    },
  )
  .get(
    '/display',
    route({
      summary: 'What a customers’ screen shows',
      description:
        'Numbers and how they stand, with the cursor of `display`; of one place if the screen is for one.',
      tag,
      may: 'orders.see',
      displays: true,
      answers: { 200: DisplayBoard },
    }),
    async (c) => c.json((await displayBoard(c.var.scope)) satisfies DisplayBoard),
  );
