import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { chunkOf, seldom } from './chunks.ts';
import { steadyFonts } from './fonts.ts';
import { plainIcons } from './icons.ts';

const rolldownOptions = {
  preserveEntrySignatures: 'allow-extension' as const,
  treeshake: {
    moduleSideEffects: [{ test: seldom, sideEffects: false }],
    unknownGlobalSideEffects: false,
  },
  output: {
    // A file takes no module that belongs to another: else a phone would load that of the pages with which it shares one.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ name: chunkOf, debugName: 'files of the pages' }],
    },
  },
};

/** The names of all files that a next page or a dialog may load weigh 1.5 kB on every page; only styles must not come late. */
const resolveDependencies = (_file: string, needed: string[]): string[] =>
  needed.filter((file) => file.endsWith('.css'));

export default defineConfig({
  plugins: [tailwindcss(), steadyFonts, plainIcons, sveltekit()],
  environments: {
    client: { build: { rolldownOptions, modulePreload: { resolveDependencies } } },
  },
  server: {
    // The contract and the packages live beside and above this folder.
    fs: { allow: ['..'] },
    proxy: { '/api': { target: 'http://localhost:8787', ws: true } },
  },
});
