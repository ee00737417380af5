import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../scripts/place.ts';

it('no statement changes or deletes a payment, or deletes a drawer', () => {
  const paths = globSync('worker/**/*.ts', { cwd: root });
  const changes = /UPDATE payments|DELETE FROM (payments|drawers)|REPLACE INTO (payments|drawers)/;
  expect(paths).toContain('worker/sales/payments/payments.ts');
  expect(paths.filter((path) => changes.test(readFileSync(join(root, path), 'utf8')))).toEqual([]);
});
