/** SvelteKit's navigation, for components that stand alone: it navigates nowhere. */
const ignore = (): Promise<void> => Promise.resolve();
export { ignore as goto, ignore as invalidate, ignore as invalidateAll };
export const beforeNavigate = (): void => undefined;
export const afterNavigate = (): void => undefined;
export const replaceState = (): void => undefined;
