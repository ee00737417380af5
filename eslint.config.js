import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './web/svelte.config.js';

/** Where what comes in gets its type: rows of the database, JSON that we wrote, names that were looked at. A cast is a parser's. */
const parsers = [
  'worker/contract/{channels,dates,errors,roles,wire}.ts',
  'worker/attendance/days.ts',
  'worker/http/declare.ts',
  'worker/people/sign-in/sessions.ts',
  'worker/live/{access,channel,commit,listener,replay}.ts',
  'worker/db/{client,facts}.ts',
  'worker/people/people.ts',
  'web/src/lib/live/handlers.ts',
];

export default defineConfig(
  globalIgnores(['**/.svelte-kit/', '**/dist/', '.muster/', '.wrangler/', 'test-results/', 'docs/']),
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      // `return this.#stop();` ends a function early and says so.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      // Spreading a text into its characters is what avatars and hashes are about.
      '@typescript-eslint/no-misused-spread': ['error', { allow: ['string'] }],
      // `import { type A }` loads the file for nothing; `import type` does not.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      // Chained Hono apps and D1's rows are typed by declaration, not by construction.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Maps and addresses that nothing renders are plain on purpose.
      'svelte/prefer-svelte-reactivity': 'off',
      // The app lives at the root of its origin.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig }, globals: globals.browser },
  },
  {
    // The linter cannot see SvelteKit's generated types from inside a component; svelte-check can, and does.
    files: ['**/*.svelte'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  // Callbacks declared as methods of an options object are functions there.
  { files: ['web/src/**'], rules: { '@typescript-eslint/unbound-method': 'off' } },
  {
    files: ['{worker,web/src}/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'Program[body.length>0]:not(:has(> :not(ExportNamedDeclaration[source], ExportAllDeclaration)))',
          message: 'A file that only re-exports is a detour: import each name from where it is.',
        },
      ],
    },
  },
  { files: parsers, rules: { '@typescript-eslint/consistent-type-assertions': 'off' } },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/consistent-type-assertions': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
);
