import { SIGNING_OUT } from '../shell/signingOut.ts';
import { KEPT_AS } from '../ui/theme.ts';

/**
 * Shows the person's choice of light or dark before the first paint, and each later one; and nothing while a sign-out is pending.
 * Inlined; the content policy names its hash (svelte.config.js), so that a file without a nonce may have it too.
 */
export const themeScript = `(() => {
  const show = () => {
    const kept = localStorage.getItem('${KEPT_AS}');
    for (const theme of ['light', 'dark']) document.documentElement.classList.toggle(theme, kept === theme);
  };
  show();
  addEventListener('storage', show);
  if (localStorage.getItem('${SIGNING_OUT}') !== null) document.documentElement.classList.add('hidden-until-known');
})()`;
