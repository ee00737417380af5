import type { Attachment } from 'svelte/attachments';

/** Sets a CSS variable of the page to the element's height in pixels, so that what floats can stay clear of the element. */
export const heightAs =
  (name: `--${string}`): Attachment<HTMLElement> =>
  (element) => {
    const { style } = document.documentElement;
    const watch = new ResizeObserver(() => style.setProperty(name, `${element.offsetHeight}px`));
    watch.observe(element);
    return () => {
      watch.disconnect();
      style.removeProperty(name);
    };
  };
