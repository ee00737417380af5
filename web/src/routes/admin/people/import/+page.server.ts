import { allowed } from '$lib/server/load';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ locals, url }) => {
  allowed({ locals, url }, 'people.manage');
};
