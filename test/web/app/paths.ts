/** SvelteKit's paths, for components that stand alone: the app lies at the root. */
export const resolve = (route: string, params: Record<string, string> = {}): string =>
  Object.entries(params).reduce((path, [name, value]) => path.replace(`[${name}]`, value), route);
