import type { Channel } from './live/channel';

/** The bindings and variables of wrangler.toml, and the secrets. */
export interface Bindings {
  DB: D1Database;
  CHANNELS: DurableObjectNamespace<Channel>;
  PHOTOS: R2Bucket;
  WRITES: RateLimit;
  REQUESTS: RateLimit;
  WORKPLACE_ZONE: string;
  ALLOWED_ORIGINS: string;
  /** Where channels' objects are made; empty for where they are first needed. */
  CHANNEL_LOCATION: DurableObjectLocationHint | '';
  AUTH_SECRET: string;
  /** Its `timestamp`, in ISO 8601, says when this version was made. */
  VERSION: WorkerVersionMetadata;
  /** Signs pushes (contract/secrets.ts); without them none are offered. */
  VAPID_KEYS?: string;
}
