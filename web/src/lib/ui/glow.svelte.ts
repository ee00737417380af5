import type { Attachment } from 'svelte/attachments';

/** Makes an element glow for a moment when `when()` grows, to show a change. */
export function glow(when: () => number): Attachment<HTMLElement> {
  return (element) => {
    let last = 0;
    $effect(() => {
      const at = when();
      // A row that scrolls into a virtual list later must not glow for an old change.
      if (at > last && performance.now() - at < 1000) {
        element.classList.remove('animate-glow');
        void element.offsetWidth;
        element.classList.add('animate-glow');
      }
      last = at;
    });
  };
}
