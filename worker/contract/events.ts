/** Every event a channel can carry, with what it tells. `slice.past_participle`. */
import * as v from 'valibot';
import {
  AttendanceRecord,
  BoardBreak,
  BoardEntry,
  Break,
  Mark,
  OwnMark,
  Standing,
} from './attendance/attendance';
import type { ChannelName } from './channels';
import { Correction, ReplacedDays } from './attendance/corrections/corrections';
import { DisplayNumber } from './sales/displays/displays';
import { Notification, NotificationsRead } from './notifications/notifications';
import { Comment, Order } from './sales/orders/orders';
import { Drawer, Sale } from './sales/payments/payments';
import { Me, Person } from './people/people';
import { Package, Place, Product, ProductFacts, StockChange } from './products/products';
import { Registration } from './sales/registrations/registrations';
import { BoardDays, PersonCorrection } from './attendance/corrections/requests';
import { HostedSession, OwnPart, Session } from './sessions/sessions';
import { Attendee, LockPreview, SessionStats } from './sessions/sheet/sheets';
import { Id } from './values';

export const events = {
  attendance: {
    'attendance.checked_in': Standing,
    'attendance.checked_out': Standing,
    'break.updated': Standing,
  },
  'admin.dashboard': {
    'attendance.checked_in': BoardEntry,
    'attendance.checked_out': BoardEntry,
    /** A record's times or photo changed otherwise: by a correction, by its owner. */
    'attendance.updated': BoardEntry,
    'break.updated': BoardBreak,
    'day.marked': Mark,
    'correction.updated': PersonCorrection,
    /** Whole days were corrected. */
    'days.replaced': BoardDays,
    /** Schedules, assignments, holidays or settings changed: who is expected when must be asked anew. */
    'roster.updated': v.strictObject({}),
  },
  'admin.employees': {
    'person.created': Person,
    'person.updated': Person,
  },
  presence: {
    /** Settings, holidays or a schedule’s week changed: everyone’s own plan must be asked anew. */
    'roster.updated': v.strictObject({}),
  },
  orders: {
    'order.created': Order,
    /** What is ordered changed. */
    'order.updated': Order,
    /** Somebody hands it over now, or no longer. */
    'order.claimed': Order,
    'order.status_changed': Order,
    'order.cancelled': Order,
    /** Written or changed. */
    'order.commented': Comment,
    'product.created': Product,
    /** Everything but its stock, which only `stock.changed` tells. */
    'product.updated': ProductFacts,
    'stock.changed': StockChange,
    'place.updated': Place,
  },
  registrations: {
    'registration.created': Registration,
    'registration.paid': Registration,
    'registration.claimed': Registration,
    'registration.released': Registration,
    /** Taken back a moment after. */
    'registration.undone': Registration,
    'registration.cancelled': Registration,
    'package.updated': Package,
  },
  tills: {
    'sale.created': Sale,
    'sale.updated': Sale,
    /** Money came in: told once. */
    'sale.paid': Sale,
    /** Money went back: told once. */
    'sale.refunded': Sale,
    /** Somebody's drawer was opened or closed. */
    'drawer.updated': v.pick(Drawer, ['id', 'person', 'place', 'openedAt', 'closedAt']),
  },
  display: {
    'display.changed': DisplayNumber,
  },
  sessions: {
    'session.created': Session,
    'session.updated': Session,
    'session.started': Session,
    'session.ended': Session,
    'session.cancelled': Session,
    'session.locked': Session,
    'session.unlocked': Session,
    /** Courses or groups changed: lists of them must be asked anew. */
    'catalogue.updated': v.strictObject({}),
  },
  session: {
    /** Whatever changed of somebody on the list: a scan, a mark by hand, a request. */
    CHECK_IN: Attendee,
    /** Many changed at once, by the lock, its undoing, or the end. */
    STATS_UPDATE: v.strictObject({
      stats: SessionStats,
      marked: LockPreview,
      /** By which of the two the marked ones were. */
      method: v.nullable(v.picklist(['lock', 'end'])),
      /** Of whom nothing is known again. */
      unmarked: v.array(Id),
    }),
    SESSION_STATUS: HostedSession,
    /** In strict mode: the code shown was used, and another one holds. */
    CODE_USED: v.strictObject({}),
    /** The list must be asked anew: its roster changed. */
    ROSTER_UPDATED: v.strictObject({}),
  },
  user: {
    'attendance.checked_in': AttendanceRecord,
    'attendance.checked_out': AttendanceRecord,
    'attendance.updated': AttendanceRecord,
    'break.updated': Break,
    'day.marked': OwnMark,
    'correction.updated': Correction,
    'days.replaced': ReplacedDays,
    /** One's own part in a session. */
    'session.marked': OwnPart,
    'drawer.updated': Drawer,
    /** One's own registration moved. */
    'registration.updated': Registration,
    'notification.created': Notification,
    'notification.read': NotificationsRead,
    /** The person follows another schedule: their plan must be asked anew. */
    'roster.updated': v.strictObject({}),
    /** The person's own rights changed: their pages load again. */
    'person.updated': v.pick(Me, ['id', 'roles']),
  },
} as const;

type Kind = keyof typeof events;
type Told<K extends Kind> = {
  [T in keyof (typeof events)[K]]: (typeof events)[K][T] extends v.GenericSchema<infer _In, infer Out>
    ? { type: T; data: Out }
    : never;
}[keyof (typeof events)[K]];

/** An event to publish on a channel, before it has a number. */
export type Publication = {
  [K in Kind]: {
    channel: Extract<ChannelName, K extends 'user' | 'session' ? `${K}.${string}` : K>;
  } & Told<K>;
}[Kind];
