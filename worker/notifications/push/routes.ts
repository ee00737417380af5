import {
  Device,
  PushSettings,
  QuietHours,
  SetQuietHours,
  Subscribe,
} from '../../contract/notifications/push';
import { Done } from '../../contract/receipts';
import { done, mount, read, write } from '../../http/declare';
import { pushSettings, subscribe, testPush, unsubscribe } from './device';
import { setQuietHours } from './quiet';

export const pushRoutes = mount('Notifications', [
  read({
    path: '/notifications/push',
    summary: 'What this device gets by push',
    description:
      'With the server’s public key, which is null if it cannot push, and the person’s quiet hours.',
    may: 'account.use',
    answer: PushSettings,
    handle: pushSettings,
  }),
  write({
    method: 'put',
    path: '/notifications/push/device',
    summary: 'Push to this device',
    description:
      'The browser’s subscription belongs to the session, and ends with it. One that another session has moves here.',
    may: 'account.use',
    body: Subscribe,
    answer: Device,
    problems: ['push_off', 'changed_meanwhile'],
    handle: (scope, { body }, c) => subscribe(scope, body, new URL(c.req.url).origin),
  }),
  write({
    method: 'delete',
    path: '/notifications/push/device',
    summary: 'Push no more to this device',
    may: 'account.use',
    answer: Device,
    problems: ['changed_meanwhile'],
    handle: unsubscribe,
  }),
  write({
    method: 'post',
    path: '/notifications/push/test',
    summary: 'Send a test push to this device',
    may: 'account.use',
    answer: Done,
    problems: ['no_device', 'changed_meanwhile'],
    handle: (scope) => done(testPush(scope)),
  }),
  write({
    method: 'put',
    path: '/notifications/push/quiet-hours',
    summary: 'Set my quiet hours',
    description: 'No device gets a push then. In the person’s zone, over midnight if `from` is later.',
    may: 'account.use',
    body: SetQuietHours,
    answer: QuietHours,
    problems: ['changed_meanwhile'],
    handle: (scope, { body }) => setQuietHours(scope, body.quiet),
  }),
]);
