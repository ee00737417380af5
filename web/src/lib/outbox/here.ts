import { createContext } from 'svelte';
import type { Outbox } from './Outbox.svelte';

/** The signed-in person's outbox on this device; the layout starts it. Call the returned function where it is used. */
const [outboxHere, setOutbox] = createContext<() => Outbox>();
export { outboxHere, setOutbox };
