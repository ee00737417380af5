/** What a person is told, on every device of theirs. */
import * as v from 'valibot';
import { Id, Instant } from './values';

/** Kind → what a person reads when choosing which they want. */
export const notificationKinds = {
  'attendance.auto_checked_out': 'My check-out was forgotten and made for me',
  'attendance.absent': 'I was marked absent',
  'break.auto_ended': 'My break ended at its allowance',
  'correction.requested': 'Somebody asks me to correct their times',
  'correction.decided': 'My correction was approved or rejected',
  'day.marked': 'A supervisor changed the status of my day',
} as const;
export type NotificationKind = keyof typeof notificationKinds;
export const NotificationKind = v.picklist(Object.keys(notificationKinds) as NotificationKind[]);

export const Notification = v.strictObject({
  id: Id,
  kind: NotificationKind,
  title: v.string(),
  body: v.string(),
  /** A path of ours. */
  href: v.string(),
  at: Instant,
  readAt: v.nullable(Instant),
});
export type Notification = v.InferOutput<typeof Notification>;

/** Everything up to and including this one has been read, in the order of ids. */
export const NotificationsRead = v.strictObject({ ids: v.array(Id), readAt: Instant });
export type NotificationsRead = v.InferOutput<typeof NotificationsRead>;
