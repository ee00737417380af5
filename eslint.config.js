/** Lints the components; files of TypeScript are oxlint's (`oxlint.config.ts`). */
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import { ours } from './lint.config.ts';
import svelteConfig from './web/svelte.config.js';

// TypeScript reads each component as the parser writes it, so the program stands while they are linted one by one: a third of
// the time, and components know one another's props. The parser looks for this when it is loaded.
process.env.SVELTE_ESLINT_PARSER_EXPERIMENTAL_TS_SYS_HOOK = '1';
const { default: svelte } = await import('eslint-plugin-svelte');

export default defineConfig({
  files: ['**/*.svelte'],
  extends: [js.configs.recommended, ts.configs.strictTypeChecked, svelte.configs.recommended],
  languageOptions: {
    globals: globals.browser,
    parserOptions: {
      parser: ts.parser,
      svelteConfig,
      projectService: true,
      tsconfigRootDir: import.meta.dirname,
      extraFileExtensions: ['.svelte'],
    },
  },
  linterOptions: { reportUnusedDisableDirectives: 'error' },
  rules: {
    ...ours,
    // Callbacks declared as methods of an options object are functions there.
    '@typescript-eslint/unbound-method': 'off',
    // Maps and addresses that nothing renders are plain on purpose.
    'svelte/prefer-svelte-reactivity': 'off',
    // The app lives at the root of its origin.
    'svelte/no-navigation-without-resolve': 'off',
    // The linter cannot see SvelteKit's generated types from inside a component; svelte-check can, and does.
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
    '@typescript-eslint/no-unsafe-call': 'off',
    '@typescript-eslint/no-unsafe-argument': 'off',
    '@typescript-eslint/no-unsafe-return': 'off',
  },
});
