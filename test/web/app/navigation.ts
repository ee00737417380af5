/** SvelteKit's navigation, for components that stand alone: nobody goes anywhere. */
const stay = (): Promise<void> => Promise.resolve();
export { stay as goto, stay as invalidate, stay as invalidateAll };
export const beforeNavigate = (): void => undefined;
export const afterNavigate = (): void => undefined;
export const replaceState = (): void => undefined;
