import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { createContext } from 'svelte';

/**
 * The layout's `presence` channel. A person is online while a page of theirs follows it.
 * Call the returned function where the channel is used.
 */
const [presenceHere, setPresence] = createContext<() => LiveChannel<'presence'>>();
export { presenceHere, setPresence };
