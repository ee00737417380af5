import type { Bindings } from '../bindings';
import type { ProblemCode } from '../contract/errors';
import type { Scope } from '../scope';

export interface Http {
  Bindings: Bindings;
  Variables: {
    scope: Scope;
    /** The request's id, which its problem and its log line show. */
    request: string;
    /** Of the problem it was answered with. */
    code?: ProblemCode;
  };
}
