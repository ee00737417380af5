import type { Channel } from './live/channel';

/** What the runtime gives the Worker: wrangler.toml's bindings, variables and the secret. */
export interface Bindings {
  DB: D1Database;
  CHANNELS: DurableObjectNamespace<Channel>;
  PHOTOS: R2Bucket;
  WRITES: RateLimit;
  WORKPLACE_ZONE: string;
  ALLOWED_ORIGINS: string;
  AUTH_SECRET: string;
}
