type Rule = 'off' | 'error' | ['error', Record<string, unknown>];

/** What this codebase settles for itself beyond the recommended and strict rules, for both linters. */
export const ours: Record<string, Rule> = {
  '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
  // `return this.#stop();` ends a function early and says so.
  '@typescript-eslint/no-confusing-void-expression': 'off',
  '@typescript-eslint/no-meaningless-void-operator': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
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
};
