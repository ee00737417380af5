import type { Bindings } from '../bindings';
import type { Scope } from '../scope';

/** What every handler finds in its context. */
export interface Http {
  Bindings: Bindings;
  Variables: { scope: Scope };
}
