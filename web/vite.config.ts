import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { chunkOf } from './chunks.ts';

const groups = [{ name: chunkOf, debugName: 'files of the pages' }];

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  environments: {
    client: { build: { rolldownOptions: { output: { codeSplitting: { groups } } } } },
  },
  server: {
    // The contract and the packages live beside and above this folder.
    fs: { allow: ['..'] },
    proxy: { '/api': { target: 'http://localhost:8787', ws: true } },
  },
});
