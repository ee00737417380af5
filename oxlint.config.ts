/**
 * Types and lint of every file of TypeScript, in one pass over each project. The rules are typescript-eslint's, run by
 * oxlint in a fifth of the time. Components are ESLint's (`eslint.config.js`): only it reads their markup.
 */
import js from '@eslint/js';
import { defineConfig, type OxlintConfig } from 'oxlint';
import ts from 'typescript-eslint';
import { ours } from './lint.config.ts';

/** Where what comes in gets its type: rows of the database, JSON that we wrote, names that were looked at. A cast is a parser's. */
const parsers = [
  'web/src/lib/api.ts',
  'web/icons.ts',
  'worker/contract/{channels,errors,roles,wire,zones}.ts',
  'worker/contract/notifications/push.ts',
  'worker/attendance/days.ts',
  'worker/http/declare.ts',
  'worker/live/{access,channel,commit,replay,socket}.ts',
  'worker/db/queries.ts',
  'worker/people/people.ts',
  'worker/sales/resources.ts',
  'web/src/lib/live/handlers.ts',
];

const rules: NonNullable<OxlintConfig['rules']> = {
  ...js.configs.recommended.rules,
  ...Object.fromEntries(ts.configs.strictTypeChecked.flatMap(({ rules = {} }) => Object.entries(rules))),
  ...ours,
};

/** Oxlint knows only some of the rules that are off by name. No module parses with an octal literal, so it has no rule against them. */
const held = Object.entries(rules).filter(([name, level]) => level !== 'off' && name !== 'no-octal');

export default defineConfig({
  plugins: ['typescript'],
  jsPlugins: [{ name: 'eslint-js', specifier: 'oxlint-plugin-eslint' }],
  categories: { correctness: 'off' },
  options: { typeAware: true, typeCheck: true, reportUnusedDisableDirectives: 'deny' },
  ignorePatterns: [
    '**/*.svelte',
    '**/.svelte-kit',
    '**/dist',
    '.muster',
    '.wrangler',
    'test-results',
    'docs',
  ],
  rules: Object.fromEntries(held),
  overrides: [
    // Callbacks declared as methods of an options object are functions there.
    { files: ['web/src/**'], rules: { 'typescript/unbound-method': 'off' } },
    {
      files: ['{worker,web/src}/**/*.ts'],
      rules: {
        'eslint-js/no-restricted-syntax': [
          'error',
          {
            selector:
              'Program[body.length>0]:not(:has(> :not(ExportNamedDeclaration[source], ExportAllDeclaration)))',
            message: 'A file that only re-exports is a detour: import each name from where it is.',
          },
        ],
      },
    },
    {
      files: ['worker/**'],
      excludeFiles: ['worker/log.ts'],
      // A line needs an id and must name no person: `logFailure` writes it.
      rules: { 'no-console': 'error' },
    },
    { files: parsers, rules: { 'typescript/consistent-type-assertions': 'off' } },
    {
      files: ['test/**'],
      rules: {
        'typescript/consistent-type-assertions': 'off',
        'typescript/no-unnecessary-condition': 'off',
        'typescript/no-non-null-assertion': 'off',
      },
    },
    {
      // JavaScript has no types to be safe by.
      files: ['**/*.{js,mjs}'],
      env: { node: true },
      globals: { WebSocketPair: 'readonly' },
      rules: {
        'no-undef': 'error',
        'typescript/no-unsafe-argument': 'off',
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-call': 'off',
        'typescript/no-unsafe-member-access': 'off',
        'typescript/no-unsafe-return': 'off',
      },
    },
  ],
});
