import { allowed } from '$lib/server/load';
import type { LayoutServerLoad } from './$types';

/** A kind word early; what protects the records is the API, which asks the same question on every request. */
export const load: LayoutServerLoad = ({ locals, url }) => {
  const me = allowed({ locals, url }, 'board.watch');
  return { me };
};
