/** From a page to a service worker that waits: it takes over all pages if it is of that version, since a page of it is open. */
export const takeOverAs = (version: string): string => `take over ${version}`;
