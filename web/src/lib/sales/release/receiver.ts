import type { Receiver } from './ReleaseDesk.svelte';

/** The typed name as it is sent: none if it may be left out. Where it is required, the server refuses an empty one. */
export const typed = (name: string, receiver: Receiver): string | null =>
  receiver === 'none' || (receiver === 'optional' && name.trim() === '') ? null : name;
