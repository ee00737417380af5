import type { Api } from '$api';
import { hc } from 'hono/client';
import type { Dependencies } from './live/network';

/** The typed API in the browser: same origin, with its cookie. In server loads use `locals.api`. */
export const browserApi = () => hc<Api>('/').api.v1;

/** The typed API, from `/api/v1` on. */
export type ApiClient = ReturnType<typeof browserApi>;

/** What a page's live class needs. */
export interface PageDependencies extends Dependencies {
  api: ApiClient;
}
