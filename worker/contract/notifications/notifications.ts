/** A person's notifications, the same on all their devices. */
import * as v from 'valibot';
import { Id, Instant } from '../values';
import { Heads } from '../wire';

export const NotificationKind = v.picklist([
  'attendance.auto_checked_out',
  'attendance.absent',
  'attendance.reminder',
  'break.auto_ended',
  'correction.requested',
  'correction.decided',
  'day.marked',
  'days.entered',
]);
export type NotificationKind = v.InferOutput<typeof NotificationKind>;

export const Notification = v.strictObject({
  id: Id,
  kind: NotificationKind,
  title: v.string(),
  body: v.string(),
  /** A path of this product. */
  href: v.string(),
  at: Instant,
  readAt: v.nullable(Instant),
});
export type Notification = v.InferOutput<typeof Notification>;

/** The notifications that were just read, and the number still unread. */
export const NotificationsRead = v.strictObject({ ids: v.array(Id), readAt: Instant, unread: v.number() });
export type NotificationsRead = v.InferOutput<typeof NotificationsRead>;

/** Newest first, with the heads of `user.{id}` and of `presence`, which every page follows. */
export const Inbox = v.strictObject({
  at: Heads,
  now: Instant,
  /** The number of all unread ones, not only on this page. */
  unread: v.number(),
  notifications: v.array(Notification),
  /** Whether older ones exist. */
  more: v.boolean(),
});
export type Inbox = v.InferOutput<typeof Inbox>;

/** Marks these as read, or all up to and including one. */
export const ReadNotifications = v.pipe(
  v.strictObject({
    ids: v.optional(
      v.pipe(
        v.array(Id),
        v.minLength(1, 'must name at least one'),
        v.maxLength(100, 'must name at most 100'),
        v.check((ids) => new Set(ids).size === ids.length, 'must not name one twice'),
      ),
    ),
    upTo: v.optional(Id),
  }),
  v.check(({ ids, upTo }) => (ids === undefined) !== (upTo === undefined), 'must have either ids or upTo'),
);
export type ReadNotifications = v.InferOutput<typeof ReadNotifications>;

/** The kinds that a person has muted. */
export const Preferences = v.strictObject({
  muted: v.pipe(
    v.array(NotificationKind),
    v.check((kinds) => new Set(kinds).size === kinds.length, 'must not name a kind twice'),
  ),
});
export type Preferences = v.InferOutput<typeof Preferences>;
