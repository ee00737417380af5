/** Every event of every channel, with its data. Names are `slice.past_participle`. */
import * as v from 'valibot';
import {
  AttendanceRecord,
  BoardBreak,
  BoardEntry,
  Break,
  Mark,
  OwnMark,
  PresenceState,
} from './attendance/attendance';
import type { ChannelName } from './channels';
import { Correction, ReplacedDays } from './attendance/corrections/corrections';
import { MoneyRules } from './money';
import { DisplayNumber } from './sales/displays/displays';
import { Notification, NotificationsRead } from './notifications/notifications';
import { Comment, Order } from './sales/orders/orders';
import { Drawer, DrawerUpdate } from './sales/drawers/drawers';
import { SaleReviewed, SaleToReview } from './sales/offline/differences';
import { Sale } from './sales/payments/payments';
import { Me, Person } from './people/people';
import { Package, Place, Product, ProductFacts, StockChange } from './products/products';
import { Registration } from './sales/registrations/registrations';
import { BoardDays, PersonCorrection } from './attendance/corrections/requests';
import { HostedSession, OwnParticipation, SessionPulse } from './sessions/sessions';
import { Attendee, StatsUpdate } from './sessions/sheet/sheets';

export const events = {
  attendance: {
    'attendance.checked_in': PresenceState,
    'attendance.checked_out': PresenceState,
    'break.updated': PresenceState,
  },
  'admin.dashboard': {
    'attendance.checked_in': BoardEntry,
    'attendance.checked_out': BoardEntry,
    /** A record's times or photo changed by a correction or by its owner. */
    'attendance.updated': BoardEntry,
    'break.updated': BoardBreak,
    'day.marked': Mark,
    'correction.updated': PersonCorrection,
    /** Whole days were corrected. */
    'days.replaced': BoardDays,
    /** Schedules, assignments, holidays or settings changed: the plan must be loaded again. */
    'roster.updated': v.strictObject({}),
  },
  'admin.employees': {
    'person.created': Person,
    'person.updated': Person,
  },
  presence: {
    /** Settings, holidays or a schedule’s week changed: each person’s plan must be loaded again. */
    'roster.updated': v.strictObject({}),
  },
  orders: {
    'order.created': Order,
    /** Its lines changed. */
    'order.updated': Order,
    /** A person began or stopped releasing it. */
    'order.claimed': Order,
    'order.status_changed': Order,
    'order.cancelled': Order,
    'order.commented': Comment,
    'product.created': Product,
    /** Without its stock, which only `stock.changed` carries. */
    'product.updated': ProductFacts,
    'stock.changed': StockChange,
    'place.updated': Place,
  },
  registrations: {
    'registration.created': Registration,
    'registration.paid': Registration,
    'registration.claimed': Registration,
    'registration.released': Registration,
    /** Its release was undone. */
    'registration.undone': Registration,
    /** Paid back in part, or after the release. */
    'registration.refunded': Registration,
    'registration.cancelled': Registration,
    'package.updated': Package,
  },
  tills: {
    'sale.created': Sale,
    'sale.updated': Sale,
    /** Money came in. */
    'sale.paid': Sale,
    /** Money went back. */
    'sale.refunded': Sale,
    /** An order that was sold without network, booked or changed: `orders` has it not, as no desk needs it. */
    'order.updated': Order,
    /** A sale without network differs: a person must look at it. */
    'sale.differed': SaleToReview,
    'sale.reviewed': SaleReviewed,
    /** A drawer was opened or closed. */
    'drawer.updated': DrawerUpdate,
    /** The workplace's rules of money changed. */
    'rules.updated': MoneyRules,
  },
  display: {
    'display.changed': DisplayNumber,
  },
  sessions: {
    /** Everyone hears it; what a session is, its own people load. */
    'session.changed': SessionPulse,
    /** Courses or groups changed: their lists must be loaded again. */
    'catalogue.updated': v.strictObject({}),
  },
  session: {
    /** An attendee changed: by a scan, a mark by hand or a request. */
    CHECK_IN: Attendee,
    /** Many attendees changed: by the lock, the unlock or the end. */
    STATS_UPDATE: StatsUpdate,
    SESSION_STATUS: HostedSession,
    /** In strict mode: the code shown was used, and the next one is valid. */
    CODE_USED: v.strictObject({}),
    /** The roster changed: the list must be loaded again. */
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
    'session.marked': OwnParticipation,
    'drawer.updated': Drawer,
    /** The person's own registration changed. */
    'registration.updated': Registration,
    'notification.created': Notification,
    'notification.read': NotificationsRead,
    /** The person follows another schedule: their plan must be loaded again. */
    'roster.updated': v.strictObject({}),
    /** The person's own rights changed: their pages load again. */
    'person.updated': v.pick(Me, ['id', 'roles']),
  },
} as const;

type Kind = keyof typeof events;
type Event<K extends Kind> = {
  [T in keyof (typeof events)[K]]: (typeof events)[K][T] extends v.GenericSchema<infer _In, infer Out>
    ? { type: T; data: Out }
    : never;
}[keyof (typeof events)[K]];

/** An event to publish, before it has a number. */
export type Publication = {
  [K in Kind]: {
    channel: Extract<ChannelName, K extends 'user' | 'session' ? `${K}.${string}` : K>;
  } & Event<K>;
}[Kind];
