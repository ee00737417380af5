import { Hono } from 'hono';
import * as v from 'valibot';
import type { ProblemCode } from '../contract/errors';
import {
  Inbox,
  NotificationsRead,
  Preferences,
  ReadNotifications,
} from '../contract/notifications/notifications';
import { Count, Id } from '../contract/values';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly, keyed } from '../http/writes';
import { inbox, read } from './inbox';
import { prefer, preferences } from './preferences';

const tag = 'Notifications';
const written: ProblemCode[] = [
  'malformed_json',
  'invalid_input',
  'not_json',
  'key_required',
  'key_reused',
  'foreign_origin',
  'too_many_tries',
  'body_too_large',
  'changed_meanwhile',
  'unavailable',
];

export const notificationRoutes = new Hono<Http>()
  .get(
    '/notifications',
    route({
      summary: 'My notifications',
      description:
        'Newest first, older than `before` if given; how many are unread; the cursor of `user.{id}`.',
      tag,
      may: 'account.use',
      answers: { 200: Inbox },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject({ before: v.optional(Id), limit: v.optional(Count(1, 100), '30') })),
    async (c) => c.json((await inbox(c.var.scope, c.req.valid('query'))) satisfies Inbox),
  )
  .post(
    '/notifications/read',
    route({
      summary: 'Mark notifications as read',
      description:
        'Those of `ids`, or everything up to and including `upTo`. What has been read already stays as it is.',
      tag,
      may: 'account.use',
      answers: { 200: NotificationsRead },
      problems: written,
    }),
    jsonOnly,
    keyed,
    input('json', ReadNotifications),
    async (c) => c.json((await read(c.var.scope, c.req.valid('json'))) satisfies NotificationsRead),
  )
  .get(
    '/notifications/preferences',
    route({
      summary: 'Which notifications I do not want',
      tag,
      may: 'account.use',
      answers: { 200: Preferences },
    }),
    async (c) => c.json((await preferences(c.var.scope)) satisfies Preferences),
  )
  .put(
    '/notifications/preferences',
    route({
      summary: 'Choose which notifications I do not want',
      tag,
      may: 'account.use',
      answers: { 200: Preferences },
      problems: written,
    }),
    jsonOnly,
    keyed,
    input('json', Preferences),
    async (c) => c.json((await prefer(c.var.scope, c.req.valid('json'))) satisfies Preferences),
  );
