import type { D1Migration } from '@cloudflare/vitest-plugin';
import type { Bindings } from '../../worker/bindings';

declare global {
  namespace Cloudflare {
    interface Env extends Bindings {
      TEST_MIGRATIONS: D1Migration[];
      /** `large` at night, else empty. */
      MUSTER_FUZZ: string;
      MUSTER_FUZZ_SEED: string;
    }
  }
}
