import type { Problem, ProblemCode } from './contract/errors';

/** The one typed error; http/problems.ts maps it to problem JSON. */
export class Refusal extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly more: Pick<Problem, 'detail' | 'issues' | 'current' | 'retryAfter'> = {},
  ) {
    super(code);
    this.name = 'Refusal';
  }
}

/** For a field that is wrong for a reason its schema cannot know. @param path such as `lines.0.productId` */
export const invalid = (path: string, message: string): Refusal =>
  new Refusal('invalid_input', { issues: [{ path, message }], detail: `${path}: ${message}` });
