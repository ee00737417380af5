import adapter from '@sveltejs/adapter-cloudflare';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import process from 'node:process';
import { fingerprint, sources } from '../scripts/fingerprint.ts';
import { themeScript } from './src/lib/server/theme.ts';

// The adapter walks up to the root wrangler.toml and overwrites the file its `main` names: it gets a file of its own.
const cloudflare = adapter({
  config: 'wrangler.sveltekit.toml',
  platformProxy: { configPath: 'wrangler.sveltekit.toml', persist: false },
});

/** @type {import('@sveltejs/kit').Adapter} */
const withShell = {
  ...cloudflare,
  async adapt(builder) {
    await cloudflare.adapt(builder);
    // A page without data, which the service worker shows without network: `src/service-worker/pages.ts`.
    await builder.generateFallback(join(builder.getBuildDirectory('cloudflare'), 'offline.html'));
  },
};
const themeHash = createHash('sha256').update(themeScript).digest('base64');

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
  kit: {
    // Emulation starts a workerd that a build would never end.
    adapter: process.env.NODE_ENV === 'production' ? { ...withShell, emulate: undefined } : withShell,
    // The same sources have the same version: a deploy that changes nothing reloads no page.
    version: { name: fingerprint(sources).slice(0, 16), pollInterval: 5 * 60_000 },
    // `shell/NewVersion.svelte` registers it, once the page has settled.
    serviceWorker: { register: false },
    alias: { $contract: '../worker/contract', $api: '.svelte-kit/api/api' },
    csp: {
      // A nonce for each page of the server's, and hashes in the one file.
      mode: 'auto',
      directives: {
        'default-src': ['self'],
        // The reader of QR codes is WebAssembly, where the browser has none of its own.
        'script-src': ['self', 'wasm-unsafe-eval', `sha256-${themeHash}`],
        'style-src': ['self'],
        // Positions of floating layers and virtual rows are inline style attributes, which no nonce can bless.
        'style-src-attr': ['unsafe-inline'],
        'img-src': ['self', 'data:'],
        'font-src': ['self'],
        'connect-src': ['self'],
        'manifest-src': ['self'],
        'object-src': ['none'],
        'base-uri': ['self'],
        'form-action': ['self'],
        'frame-ancestors': ['none'],
      },
    },
  },
};
