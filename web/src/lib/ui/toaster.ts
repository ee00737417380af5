/** Mounts the toaster when imported. Only `say` imports it, in a browser. */
import { mount, tick } from 'svelte';
import Toaster from './Toaster.svelte';

mount(Toaster, { target: document.body });
// A live region must be empty for a moment, or screen readers skip its first message.
await tick();
await new Promise((done) => setTimeout(done, 150));

export { toast } from 'svelte-sonner';
