/** The API: what every request passes through, then the slices in one chain, so that `hc<Api>` knows every route. */
import { Hono } from 'hono';
import * as v from 'valibot';
import { attendanceRoutes } from './attendance/routes';
import { correctionRoutes } from './attendance/corrections/routes';
import { drawerRoutes } from './sales/drawers/routes';
import type { Http } from './http/env';
import { headers, ownOrigin, smallBody } from './http/guard';
import { document } from './http/openapi';
import { onError, problem } from './http/problems';
import { courseRoutes } from './sessions/roster/routes';
import { displayRoutes } from './sales/displays/routes';
import { route } from './http/route';
import { identify } from './http/session';
import { invitationRoutes } from './people/sign-in/invitation-routes';
import { journalRoutes } from './journal/routes';
import { liveRoutes } from './live/routes';
import { notificationRoutes } from './notifications/routes';
import { orderRoutes } from './sales/orders/routes';
import { accountRoutes } from './people/sign-in/routes';
import { peopleRoutes } from './people/routes';
import { photoRoutes } from './people/photos/routes';
import { productRoutes } from './products/routes';
import { registrationRoutes } from './sales/registrations/routes';
import { reportRoutes } from './reports/routes';
import { scanRoutes } from './sessions/scan/routes';
import { sessionRoutes } from './sessions/routes';
import { settingsRoutes } from './settings/routes';
import { sheetRoutes } from './sessions/sheet/routes';
import { takingsRoutes } from './sales/report/routes';

export const api = new Hono<Http>()
  .basePath('/api/v1')
  .use(headers, ownOrigin, smallBody, identify)
  .route('/', accountRoutes)
  .route('/', peopleRoutes)
  .route('/', invitationRoutes)
  .route('/', photoRoutes)
  .route('/', journalRoutes)
  .route('/', reportRoutes)
  .route('/', attendanceRoutes)
  .route('/', correctionRoutes)
  .route('/', notificationRoutes)
  .route('/', settingsRoutes)
  .route('/', sessionRoutes)
  .route('/', sheetRoutes)
  .route('/', scanRoutes)
  .route('/', courseRoutes)
  .route('/', productRoutes)
  .route('/', orderRoutes)
  .route('/', drawerRoutes)
  .route('/', takingsRoutes)
  .route('/', registrationRoutes)
  .route('/', displayRoutes)
  .route('/', liveRoutes);

export type Api = typeof api;

api.get(
  '/openapi.json',
  route({
    summary: 'This document',
    tag: 'Reference',
    may: 'anyone',
    answers: { 200: v.looseObject({ openapi: v.string() }) },
  }),
  document(api),
);
api.onError(onError);
api.notFound((c) => problem(c, 'not_found'));
