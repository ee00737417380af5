import { loaded } from '$lib/server/load';
import { placesOf } from '$lib/server/places';
import type { LayoutServerLoad } from './$types';

/** The bell is on every page; its panel asks for more when it wants more. */
const SHOWN = '10';

export const load: LayoutServerLoad = async ({ locals, url }) => ({
  me: locals.me,
  places: locals.me ? placesOf(locals.me) : [],
  inbox: locals.me && (await loaded(locals.api.notifications.$get({ query: { limit: SHOWN } }), url)),
});
