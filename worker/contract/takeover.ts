/** From a page to a service worker that waits: it takes over all pages. */
export const TAKE_OVER = 'take over';
