/** The form of every refusal, without the long list of codes (errors.ts), which phones need not load. */
import * as v from 'valibot';
import type { ProblemCode } from './errors';

/** RFC 9457 problem details. `issues` names each wrong field; `current` is the state that caused a conflict. */
export const ProblemDocument = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  /** One of `problems`. */
  code: v.custom<ProblemCode>((code) => typeof code === 'string'),
  /** Ends with the request's id. */
  instance: v.optional(v.string()),
  detail: v.optional(v.string()),
  issues: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
  current: v.optional(v.unknown()),
  retryAfter: v.optional(v.number()),
});

/** For an answer without a problem document, such as a proxy's page. */
export const unexplained = {
  not_found: [404, 'Not found.'],
  unavailable: [503, 'Muster is not answering at the moment. Try again shortly.'],
} as const;
