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

/** A request whose field is wrong for a reason that its schema cannot know. @param path the field, as `lines.0.productId` */
export const invalid = (path: string, message: string): Refusal =>
  new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path}: ${message}` });
