import { told } from '$lib/server/told';
import type { LayoutServerLoad } from './$types';

/** The bell is on every page; its panel asks for more when it wants more. */
const SHOWN = '10';

export const load: LayoutServerLoad = async ({ locals, url }) => ({
  me: locals.me,
  inbox: locals.me && (await told(locals.api.notifications.$get({ query: { limit: SHOWN } }), url)),
});
