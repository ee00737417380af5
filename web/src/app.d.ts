import type { Me } from '$contract/people/people';
import type { ApiClient } from '$lib/api';

declare global {
  namespace App {
    interface Locals {
      /** The typed API from `/api/v1` on, asked with this request's cookie. */
      api: ApiClient;
      /** Who is asking, or null while signed out. */
      me: Me | null;
    }
    interface PageData {
      me: Me | null;
      /** Of a page that does not follow its data: when that was loaded. */
      now?: number;
      /** Of a page that this device had kept: its last exact moment. Both by the server's clock. */
      asOf?: number;
    }
    interface Error {
      message: string;
    }
    interface Platform {
      env: { API: { fetch(request: Request): Promise<Response> } };
    }
  }
}
