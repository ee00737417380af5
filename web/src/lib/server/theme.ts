import { SIGNING_OUT } from '$lib/shell/signingOut';
import { KEPT_AS } from '$lib/ui/theme';

/**
 * Shows the person's choice of light or dark before the first paint, and each later one; and nothing while a sign-out is pending. Inlined with the page's nonce for the
 * content policy.
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
