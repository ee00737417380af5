import type { Problem } from '$contract/errors';
import * as v from 'valibot';

/** For `Outcome.refused`: shows the sale as the faster person left it, where the refusal brings it. */
export const showCurrent =
  <Row>(schema: v.GenericSchema<unknown, Row>, take: (row: Row) => void) =>
  ({ current }: Problem): void => {
    const row = v.safeParse(schema, current);
    if (row.success) take(row.output);
  };
