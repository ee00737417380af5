import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [tailwindcss(), sveltekit()],
  server: {
    // The contract and the packages live beside and above this folder.
    fs: { allow: ['..'] },
    proxy: { '/api': { target: 'http://localhost:8787', ws: true } },
  },
});
