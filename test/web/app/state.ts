/** SvelteKit's state, for components that stand alone. */
export const page = { url: new URL('http://muster.test/'), data: {}, params: {} };
export const updated = { current: false, check: () => Promise.resolve(false) };
