import { addDays, dateIn } from '$contract/zones';
import { typedCode } from '$lib/server/typed';
import { loaded } from '$lib/server/load';
import type { Actions, PageServerLoad } from './$types';

/** The sessions of today that are on, whose list has one's name: also one that began before midnight. */
export const load: PageServerLoad = async ({ locals, url }) => {
  const today = dateIn(locals.me?.zone ?? 'UTC', Date.now());
  const query = { from: addDays(today, -1), to: addDays(today, 1), of: 'mine' } as const;
  const { sessions, mine } = await loaded(locals.api.sessions.$get({ query }), url);
  const on = sessions.filter(
    ({ id, state, lockedAt }) => state === 'active' && lockedAt === null && mine[id]?.listed,
  );
  /** Those that one is not in yet come first: the first one is chosen. */
  const known = ({ id }: { id: string }) => Number(Boolean(mine[id]?.status));
  return { now: Date.now(), sessions: on.toSorted((a, b) => known(a) - known(b)) };
};

export const actions: Actions = {
  default: (event) => typedCode(event),
};
