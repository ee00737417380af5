import { createInitialModeExpression } from 'mode-watcher';

/** Sets light or dark before the first paint. Inlined with the page's nonce for the content policy. */
export const themeScript = createInitialModeExpression({
  defaultMode: 'system',
  darkClassNames: ['dark'],
  lightClassNames: ['light'],
});
