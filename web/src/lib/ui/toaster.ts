/** Importing this puts the toaster on the page; only `say` does, and only in a browser. */
import { mount, tick } from 'svelte';
import Toaster from './Toaster.svelte';

mount(Toaster, { target: document.body });
// A live region must stand empty for a moment, or what first appears in it is not read out.
await tick();
await new Promise((done) => setTimeout(done, 150));

export { toast } from 'svelte-sonner';
