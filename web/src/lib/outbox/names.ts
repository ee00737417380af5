/** Names that pages and the service worker share in one browser. */

declare global {
  interface ServiceWorkerRegistration {
    /** Background Sync, which only Chromium has. */
    readonly sync?: { register(tag: string): Promise<void>; getTags(): Promise<string[]> };
  }
}

/** The channel on which one says that acts have changed, and the tag of the browser's background sync. */
export const OUTBOX = 'muster-outbox';

/** The lock that lets one page or the service worker send a person's acts. */
export const lockOf = (person: string): string => `${OUTBOX} ${person}`;
