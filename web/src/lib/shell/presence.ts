import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { createContext } from 'svelte';

/**
 * The channel by which this page is there, as the page around follows it. Who follows it is online to those who watch it.
 * The function that gives it must be called where it is followed.
 */
const [presenceHere, setPresence] = createContext<() => LiveChannel<'presence'>>();
export { presenceHere, setPresence };
