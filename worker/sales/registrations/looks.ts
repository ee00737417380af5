/** Who knows a beginning of each name could read all members one after the other: so each look is counted. */
import type { Fact } from '../../db/queries';
import { guarded, type Limit } from '../../people/sign-in/throttle';
import type { Scope } from '../../scope';

const QUARTER_MS = 15 * 60_000;
/** More than anyone types, or opens, for the people in front of a till. */
const LOOKS = 300;

const ofPerson = (id: string): Limit => ({ key: `members:${id}`, most: LOOKS, windowMs: QUARTER_MS });

/** Members or their contact details, with the look counted in the same batch. @throws Refusal `too_many_tries` */
export const looksAt = <T>({ d1, me, now }: Scope, fact: Fact<T>): Fact<T> =>
  guarded(d1, [ofPerson(me.id)], now(), fact);
