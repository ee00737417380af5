/** Sign-in, sign-out, the signed-in person, and the first admin. */
import { Hono } from 'hono';
import { Me, Setup, SignIn } from '../../contract/people/people';
import { sha256 } from '../../contract/secrets';
import { addressOf } from '../../http/client';
import { dropSession, keepSession, knownDevice } from '../../http/cookies';
import { mount, read } from '../../http/declare';
import type { Http } from '../../http/env';
import { input, jsonOnly, route, withJson } from '../../http/route';
import { setUp } from './setup';
import { SESSION_SECONDS, signIn, signOut } from './sign-in';

export const accountRoutes = new Hono<Http>()
  .post(
    '/session',
    route({
      summary: 'Sign in',
      description: 'Sets the session cookie. Tries are counted by account and by address.',
      tag: 'People',
      may: 'anyone',
      answers: { 200: Me },
      problems: [...withJson, 'wrong_credentials', 'too_many_tries'],
    }),
    jsonOnly,
    input('json', SignIn),
    async (c) => {
      const given = c.req.valid('json');
      const client = { address: addressOf(c), device: await knownDevice(c, given.email) };
      const { me, token } = await signIn(c.var.scope, given, client);
      await keepSession(c, token, me.email, SESSION_SECONDS);
      return c.json(me satisfies Me);
    },
  )
  .delete(
    '/session',
    route({
      summary: 'Sign out',
      description: 'Ends this session and closes its live sockets.',
      tag: 'People',
      may: 'account.use',
      answers: { 204: null },
      problems: ['foreign_origin'],
    }),
    async (c) => {
      await signOut(c.var.scope);
      dropSession(c);
      return c.body(null, 204);
    },
  )
  .route(
    '/',
    mount('People', [
      read({
        path: '/me',
        summary: 'Who I am',
        may: 'account.use',
        answer: Me,
        handle: ({ me: { id, name, email, roles, zone, organisation } }) => ({
          id,
          name,
          email,
          roles,
          zone,
          organisation,
        }),
      }),
    ]),
  )
  .post(
    '/setup',
    route({
      summary: 'Create the first admin',
      description: 'Through the one-time link that `npm run setup` prints. Signs the admin in.',
      tag: 'People',
      may: 'anyone',
      answers: { 200: Me },
      problems: [...withJson, 'setup_link_spent', 'already_set_up', 'too_many_tries'],
    }),
    jsonOnly,
    input('json', Setup),
    async (c) => {
      const setup = c.req.valid('json');
      const { me, token } = await setUp(c.var.scope, setup, await sha256(setup.token), addressOf(c));
      await keepSession(c, token, me.email, SESSION_SECONDS);
      return c.json(me satisfies Me);
    },
  );
