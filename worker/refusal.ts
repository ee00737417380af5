import type { Problem, ProblemCode } from './contract/errors';

/** The one typed error: a request refused for a reason the contract knows. Mapped to problem JSON in http/problems.ts. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly more: Pick<Problem, 'detail' | 'issues' | 'current' | 'retryAfter'> = {},
  ) {
    super(code);
    this.name = 'Refusal';
  }
}
