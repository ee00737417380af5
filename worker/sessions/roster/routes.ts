import { Hono } from 'hono';
import * as v from 'valibot';
import { Done } from '../../contract/receipts';
import {
  Catalogue,
  Enrol,
  Enrolled,
  Members,
  PutCourse,
  PutGroup,
} from '../../contract/sessions/roster/courses';
import { Id } from '../../contract/values';
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { jsonOnly, keyed, written } from '../../http/writes';
import { catalogue, enrol, leave, membersOf, putCourse, putGroup } from './catalogue';

const tag = 'Courses and groups';
const OfId = v.strictObject({ id: Id });

export const courseRoutes = new Hono<Http>()
  .get(
    '/catalogue',
    route({
      summary: 'Courses, groups and who may be a host',
      description: 'With the cursor of `sessions`.',
      tag,
      may: 'sessions.host',
      answers: { 200: Catalogue },
    }),
    async (c) => c.json((await catalogue(c.var.scope)) satisfies Catalogue),
  )
  .put(
    '/courses/:id',
    route({
      summary: 'Make or change a course',
      tag,
      may: 'sessions.host',
      answers: { 200: Done },
      problems: [...written, 'name_taken'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', PutCourse),
    async (c) => {
      const { receipt } = await putCourse(c.var.scope, c.req.valid('param').id, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  )
  .put(
    '/groups/:id',
    route({
      summary: 'Make or change a group',
      tag,
      may: 'sessions.host',
      answers: { 200: Done },
      problems: [...written, 'name_taken'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', PutGroup),
    async (c) => {
      const { receipt } = await putGroup(c.var.scope, c.req.valid('param').id, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  )
  .get(
    '/groups/:id/members',
    route({
      summary: 'Who belongs to a group',
      tag,
      may: 'sessions.host',
      answers: { 200: Members },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => c.json((await membersOf(c.var.scope, c.req.valid('param').id)) satisfies Members),
  )
  .post(
    '/groups/:id/members',
    route({
      summary: 'Put people into a group',
      description: 'By their emails, at most 500 lines. Each has its own outcome; a dry run writes nothing.',
      tag,
      may: 'sessions.host',
      answers: { 200: Enrolled },
      problems: [...written, 'not_found', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', Enrol),
    async (c) =>
      c.json((await enrol(c.var.scope, c.req.valid('param').id, c.req.valid('json'))) satisfies Enrolled),
  )
  .delete(
    '/groups/:id/members/:person',
    route({
      summary: 'Take somebody out of a group',
      description: 'Sessions from now on do not count for them; those before do.',
      tag,
      may: 'sessions.host',
      answers: { 200: Done },
      problems: [...written, 'changed_meanwhile'],
    }),
    keyed,
    input('param', v.strictObject({ id: Id, person: Id })),
    async (c) => {
      const { id, person } = c.req.valid('param');
      const { receipt } = await leave(c.var.scope, id, person);
      return c.json({ receipt } satisfies Done);
    },
  );
