/** Who knows a beginning of each name could read all members one after the other: so each look is counted. */
import type { Fact } from '../../db/queries';
import { guarded } from '../../people/sign-in/throttle';
import type { Scope } from '../../scope';

const QUARTER_MS = 15 * 60_000;
/** A registration takes up to 25 looks while somebody types, and two at contact details. Nobody makes forty in a quarter of an hour. */
const LOOKS = { names: 1_000, contacts: 200 };

/** Members or their contact details, with the look counted in the same batch. @throws Refusal `too_many_tries` */
export const looksAt = <T>(what: keyof typeof LOOKS, { d1, me, now }: Scope, fact: Fact<T>): Fact<T> =>
  guarded(d1, [{ key: `${what}:${me.id}`, most: LOOKS[what], windowMs: QUARTER_MS }], now(), fact);
