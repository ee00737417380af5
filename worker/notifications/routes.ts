import * as v from 'valibot';
import {
  Inbox,
  NotificationsRead,
  Preferences,
  ReadNotifications,
} from '../contract/notifications/notifications';
import { Count, Id } from '../contract/values';
import { mount, read, write } from '../http/declare';
import { inbox, markRead } from './inbox';
import { prefer, preferences } from './preferences';

export const notificationRoutes = mount('Notifications', [
  read({
    path: '/notifications',
    summary: 'My notifications',
    description:
      'Newest first, older than `before` if given; the number of unread ones; the cursor of `user.{id}`.',
    may: 'account.use',
    query: v.strictObject({ before: v.optional(Id), limit: v.optional(Count(1, 100), '30') }),
    answer: Inbox,
    problems: ['invalid_input'],
    handle: (scope, { query }) => inbox(scope, query),
  }),
  write({
    method: 'post',
    path: '/notifications/read',
    summary: 'Mark notifications as read',
    description: 'Those of `ids`, or all up to and including `upTo`. Read ones do not change.',
    may: 'account.use',
    body: ReadNotifications,
    answer: NotificationsRead,
    problems: ['changed_meanwhile'],
    handle: (scope, { body }) => markRead(scope, body),
  }),
  read({
    path: '/notifications/preferences',
    summary: 'My muted notifications',
    may: 'account.use',
    answer: Preferences,
    handle: preferences,
  }),
  write({
    method: 'put',
    path: '/notifications/preferences',
    summary: 'Mute notifications',
    may: 'account.use',
    body: Preferences,
    answer: Preferences,
    problems: ['changed_meanwhile'],
    handle: (scope, { body }) => prefer(scope, body),
  }),
]);
