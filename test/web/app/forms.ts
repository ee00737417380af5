/** SvelteKit's forms, for components that stand alone: nothing is sent. */
export const enhance = (): { destroy(): void } => ({ destroy: () => undefined });
