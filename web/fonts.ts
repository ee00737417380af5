/**
 * A font that arrives late would change the widths of all words, and move what is below them. So a page keeps the device's font when
 * ours is not there at its first paint; the next page has it.
 */
import type { Plugin } from 'vite';

export const steadyFonts: Plugin = {
  name: 'steady fonts',
  transform: {
    filter: { id: /[\\/]app\.css/ },
    handler: (css) => css.replaceAll(/font-display:\s*swap/g, 'font-display: optional'),
  },
};
