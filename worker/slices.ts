/** The only file that knows all slices: it lists their routes and jobs, and registers their answers to hooks (hook.ts). */
import { Hono } from 'hono';
import { correctionRoutes } from './attendance/corrections/routes';
import { checkInPhotoRoutes } from './attendance/photo-routes';
import { attendanceRoutes } from './attendance/routes';
import { journalRoutes } from './journal/routes';
import { pushRoutes } from './notifications/push/routes';
import { notificationRoutes } from './notifications/routes';
import { photoRoutes } from './people/photos/routes';
import { peopleRoutes } from './people/routes';
import { invitationRoutes } from './people/sign-in/invitation-routes';
import { accountRoutes } from './people/sign-in/routes';
import { productRoutes } from './products/routes';
import { reportRoutes } from './reports/routes';
import { displayRoutes } from './sales/displays/routes';
import { drawerRoutes } from './sales/drawers/routes';
import { offlineRoutes } from './sales/offline/routes';
import { orderRoutes } from './sales/orders/routes';
import { registrationRoutes } from './sales/registrations/routes';
import { deleteReceiptLinks } from './sales/receipts/links';
import { receiptRoutes } from './sales/receipts/routes';
import { salesReportRoutes } from './sales/report/routes';
import { scheduleRoutes } from './schedules/routes';
import { courseRoutes } from './sessions/roster/routes';
import { sessionRoutes } from './sessions/routes';
import { scanRoutes } from './sessions/scan/routes';
import { sheetRoutes } from './sessions/sheet/routes';
import { settingsRoutes } from './settings/routes';
import { systemRoutes } from './system/routes';
import { markAbsences } from './attendance/absences';
import { attendancePersonal } from './attendance/personal';
import { closeForgotten, endBreaks, remindOfCheckOut } from './attendance/due';
import { computePlannedEnds, plannedEndsUnknown } from './attendance/planned-ends';
import { endOpenRecord } from './attendance/endings';
import type { Http } from './http/env';
import { displayOf } from './http/middleware';
import { archiveJournal, purgeErased } from './journal/archive';
import { sealJournal } from './journal/chain';
import { dropContents, entriesOf } from './journal/contents';
import { noticeRestore } from './journal/restore';
import { access } from './live/access';
import { trim } from './live/trim';
import { forgetRead } from './notifications/inbox';
import { notificationsPersonal } from './notifications/personal';
import { sendNow, sendPushes } from './notifications/push/send';
import { applyErasures } from './people/erasure/erase';
import { entriesErased, entriesWithContents, personal } from './people/erasure/personal';
import { peoplePersonal } from './people/personal';
import { deleteOrphanedPhotos } from './people/photos/store';
import { writeKeys } from './people/search';
import { askerOf, forgetSessions, activeSessions } from './people/sign-in/sessions';
import { accountEnds, applyTerms } from './people/leaving';
import { openedDisplay, unrevokedDisplays } from './sales/displays/displays';
import { sumClosedDrawers } from './sales/drawers/recount';
import { numberDrawers } from './sales/drawers/unnumbered';
import { expireUnpaid } from './sales/due';
import { orders } from './sales/orders/orders';
import { salesPersonal } from './sales/personal';
import { registrations } from './sales/registrations/registrations';
import { schedulesPersonal } from './schedules/personal';
import { afterCommit, type Scope } from './scope';
import { moveSessions } from './sessions/due';
import { sessionChannels, sessionHosts } from './sessions/hosts';
import { sessionsPersonal } from './sessions/personal';
import { deleteTickets } from './sessions/scan/ticket';
import { planChanged } from './settings/plan';

/** Finds the person who asks; every request needs it, so the API calls it without a hook. */
export const personOf = askerOf;

displayOf.register(openedDisplay);
access.sessions.register(activeSessions);
access.hosts.register(sessionHosts);
access.displays.register(unrevokedDisplays);
access.channels.register(sessionChannels);
afterCommit.register(sendNow);
planChanged.register(plannedEndsUnknown);
accountEnds.register(endOpenRecord);
entriesErased.register(dropContents);
entriesWithContents.register(entriesOf);
for (const its of [
  peoplePersonal,
  notificationsPersonal,
  schedulesPersonal,
  attendancePersonal,
  sessionsPersonal,
  salesPersonal,
])
  personal.register(() => its);

export const sliceRoutes = new Hono<Http>()
  .route('/', accountRoutes)
  .route('/', peopleRoutes)
  .route('/', invitationRoutes)
  .route('/', photoRoutes)
  .route('/', journalRoutes)
  .route('/', reportRoutes)
  .route('/', attendanceRoutes)
  .route('/', checkInPhotoRoutes)
  .route('/', correctionRoutes)
  .route('/', notificationRoutes)
  .route('/', pushRoutes)
  .route('/', settingsRoutes)
  .route('/', scheduleRoutes)
  .route('/', sessionRoutes)
  .route('/', sheetRoutes)
  .route('/', scanRoutes)
  .route('/', courseRoutes)
  .route('/', productRoutes)
  .route('/', orderRoutes)
  .route('/', offlineRoutes)
  .route('/', drawerRoutes)
  .route('/', receiptRoutes)
  .route('/', salesReportRoutes)
  .route('/', registrationRoutes)
  .route('/', displayRoutes)
  .route('/', systemRoutes);

export type Job = (scope: Scope) => Promise<void>;

/**
 * Every minute, in this order: each job sees the results of the jobs before it. They share one run's budget (jobs.ts), so what
 * must never wait comes first. The names are kept with each run, so a job that is renamed is listed anew.
 */
export const jobs: Readonly<Record<string, Job>> = {
  sealJournal,
  noticeRestore,
  applyTerms,
  computePlannedEnds,
  closeForgotten,
  endBreaks,
  remindOfCheckOut,
  markAbsences,
  moveSessions,
  sendPushes,
  numberDrawers,
  expireOrders: (scope) => expireUnpaid(scope, orders),
  expireRegistrations: (scope) => expireUnpaid(scope, registrations),
  deleteOrphanedPhotos,
  deleteTickets,
  writeKeys,
};

/** Every 15 minutes, before the others. */
export const retention: Readonly<Record<string, Job>> = {
  trim,
  forgetSessions,
  forgetRead,
  sumClosedDrawers,
  deleteReceiptLinks,
  applyErasures,
  archiveJournal,
  purgeErased,
};
