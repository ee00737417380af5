/** R2 with a bound of time, as D1 has one. */
import { intercepted, inTime, Late } from './calls';

/**
 * A bucket for one request or one run of the jobs. A call that takes longer is given up, and later ones are not made: each would
 * wait as long. What a given-up call was to do may still take effect.
 * @param ms the longest that one call takes; the text of an object is a call of its own
 */
export function bounded(bucket: R2Bucket, ms: number): R2Bucket {
  let late: Late | undefined;

  const bound = async (call: () => Promise<unknown>): Promise<unknown> => {
    if (late) throw late;
    try {
      return await inTime(call(), { ms });
    } catch (error) {
      if (error instanceof Late) late = error;
      throw error;
    }
  };

  return intercepted(bucket, (_, call) => async (...args: unknown[]) => {
    const answer = await bound(() => call(args));
    const hasBody = typeof answer === 'object' && answer !== null && 'body' in answer;
    return hasBody ? intercepted(answer, (__, read) => () => bound(() => read([]))) : answer;
  });
}
