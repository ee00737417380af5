import type { Attachment } from 'svelte/attachments';

/** Lets an element glow for a moment whenever `when()` grows: something in it has just changed. */
export function glow(when: () => number): Attachment<HTMLElement> {
  return (element) => {
    let last = 0;
    $effect(() => {
      const at = when();
      // A row that scrolls into a virtual list late must not glow for what is long past.
      if (at > last && performance.now() - at < 1000) {
        element.classList.remove('animate-glow');
        void element.offsetWidth;
        element.classList.add('animate-glow');
      }
      last = at;
    });
  };
}
