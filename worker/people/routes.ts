import { type Context, Hono } from 'hono';
import { deleteCookie } from 'hono/cookie';
import * as v from 'valibot';
import { Receipt } from '../contract/attendance';
import { Me, Person, SetRoles, Setup, SignIn } from '../contract/people';
import { Id } from '../contract/values';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { cookieName } from '../http/session';
import { hash, jsonOnly, keyed } from '../http/writes';
import { setRoles } from './people';
import { setUp } from './setup';
import { type Door, signIn, signOut } from './sign-in';

/** Whoever has one IPv6 address has a whole /64 of them. */
const networkOf = (address: string) =>
  address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;

const RoleChange = v.strictObject({ record: Person, receipt: Receipt });

/** `CF-Connecting-IP` is written by Cloudflare's edge; a machine of one's own has one address for everybody. */
const doorOf = (c: Context<Http>): Door => ({
  origin: new URL(c.req.url).origin,
  cookie: cookieName(c.req.url),
  address: networkOf(c.req.header('CF-Connecting-IP') ?? 'local'),
  headers: c.req.raw.headers,
});

export const peopleRoutes = new Hono<Http>()
  .post(
    '/session',
    route({
      summary: 'Sign in',
      description: 'Sets the session cookie. Tries are counted by account and by address.',
      tag: 'People',
      may: 'anyone',
      answers: { 200: Me },
      problems: [
        'malformed_json',
        'invalid_input',
        'not_json',
        'wrong_credentials',
        'foreign_origin',
        'too_many_tries',
        'body_too_large',
      ],
    }),
    jsonOnly,
    input('json', SignIn),
    async (c) => {
      const { me, cookies } = await signIn(c.var.scope, c.req.valid('json'), doorOf(c));
      for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
      return c.json(me satisfies Me);
    },
  )
  .delete(
    '/session',
    route({
      summary: 'Sign out',
      description: 'Ends this session; its live sockets close at once.',
      tag: 'People',
      may: 'self.use',
      answers: { 204: null },
      problems: ['foreign_origin'],
    }),
    async (c) => {
      await signOut(c.var.scope);
      const secure = new URL(c.req.url).protocol === 'https:';
      deleteCookie(c, cookieName(c.req.url), { path: '/', secure, httpOnly: true, sameSite: 'Lax' });
      return c.body(null, 204);
    },
  )
  .get('/me', route({ summary: 'Who I am', tag: 'People', may: 'self.use', answers: { 200: Me } }), (c) => {
    const { id, name, email, roles, zone, organisation } = c.var.scope.me;
    return c.json({ id, name, email, roles, zone, organisation } satisfies Me);
  })
  .post(
    '/setup',
    route({
      summary: 'Make the first admin',
      description: 'Through the one-time link that `npm run setup` prints. Signs the admin in.',
      tag: 'People',
      may: 'anyone',
      answers: { 200: Me },
      problems: [
        'malformed_json',
        'invalid_input',
        'not_json',
        'foreign_origin',
        'setup_link_spent',
        'already_set_up',
        'too_many_tries',
        'body_too_large',
        'unavailable',
      ],
    }),
    jsonOnly,
    input('json', Setup),
    async (c) => {
      const setup = c.req.valid('json');
      const door = doorOf(c);
      await setUp(c.var.scope, setup, await hash(setup.token), door.address);
      const { me, cookies } = await signIn(c.var.scope, setup, door);
      for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
      return c.json(me satisfies Me);
    },
  )
  .put(
    '/people/:id/roles',
    route({
      summary: 'Give a person roles',
      description: 'Their live sockets close, so that every page of theirs asks anew what it may see.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: RoleChange },
      problems: [
        'malformed_json',
        'invalid_input',
        'not_json',
        'key_required',
        'key_reused',
        'foreign_origin',
        'not_found',
        'last_admin',
        'changed_meanwhile',
        'too_many_tries',
        'body_too_large',
        'unavailable',
      ],
    }),
    jsonOnly,
    keyed,
    input('param', v.strictObject({ id: Id })),
    input('json', SetRoles),
    async (c) => {
      const { after, receipt } = await setRoles(
        c.var.scope,
        c.req.valid('param').id,
        c.req.valid('json').roles,
      );
      return c.json({ record: v.parse(Person, after), receipt });
    },
  );
