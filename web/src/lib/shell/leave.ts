import { createContext } from 'svelte';

/** Signs out on this device at once, and on the server as soon as it is reached. */
const [leaveHere, setLeave] = createContext<() => void>();
export { leaveHere, setLeave };
