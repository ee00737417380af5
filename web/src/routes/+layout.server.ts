import { can } from '$contract/roles';
import { loaded } from '$lib/server/load';
import { placesOf } from '$lib/server/places';
import type { LayoutServerLoad } from './$types';

/** The bell is on every page; its panel asks for more when it wants more. */
const SHOWN = '10';

export const load: LayoutServerLoad = async ({ locals, url }) => ({
  me: locals.me,
  /** Whether this page makes them present. The table of rights stays on the server, as a phone loads little. */
  isPresent: locals.me !== null && can(locals.me, 'self.use'),
  places: locals.me ? placesOf(locals.me) : [],
  inbox: locals.me && (await loaded(locals.api.notifications.$get({ query: { limit: SHOWN } }), url)),
});
