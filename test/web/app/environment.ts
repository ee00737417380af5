/** SvelteKit's environment, for components that stand alone. */
export const [browser, dev, building, version] = [true, false, false, 'test'];
