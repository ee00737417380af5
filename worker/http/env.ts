import type { Bindings } from '../bindings';
import type { Scope } from '../scope';

export interface Http {
  Bindings: Bindings;
  Variables: { scope: Scope };
}
