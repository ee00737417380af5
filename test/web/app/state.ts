/** SvelteKit's state, for components that stand alone. */
import { fromStore, writable } from 'svelte/store';

export const page: { url: URL; data: { me?: { id: string } }; params: object; route: { id: string } } = {
  url: new URL('http://muster.test/'),
  data: {},
  params: {},
  route: { id: '/' },
};
export const updated = Object.assign(fromStore(writable(false)), { check: () => Promise.resolve(false) });
