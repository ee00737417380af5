import type { Answer, Keyed } from '$lib/Command.svelte';

/** Sends a photo as the whole body of a request. */
export type PhotoSend = (how: {
  headers: Keyed['headers'] & { 'Content-Type': string };
  init: { body: Blob };
}) => Promise<Answer>;
