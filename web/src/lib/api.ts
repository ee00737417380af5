import type { Api } from '$api';
import { hc } from 'hono/client';
import type { Dependencies } from './live/network';

/** The typed API as the browser asks it: same origin, its own cookie. In server loads use `locals.api`. */
export const browserApi = () => hc<Api>('/').api.v1;

/** The typed API, from `/api/v1` on, as pages and reactive classes know it. */
export type ApiClient = ReturnType<typeof browserApi>;

/** What a page's live class needs. */
export interface PageDependencies extends Dependencies {
  api: ApiClient;
}
