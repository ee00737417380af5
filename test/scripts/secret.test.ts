import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { authSecret } from '../../scripts/place.ts';
import { serve } from '../../scripts/serve.ts';

const folder = mkdtempSync(join(tmpdir(), 'muster-secret-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the secret of a workplace on this machine', () => {
  it('is made once, of 64 characters', () => {
    const secret = authSecret(folder);
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(authSecret(folder)).toBe(secret);
  });

  it.each(['', 'x'.repeat(31)])('is refused when it is kept as "%s"', (text) => {
    writeFileSync(join(folder, 'auth-secret'), text);
    expect(() => authSecret(folder)).toThrow(/shorter than 32 characters\. Delete that file and start again/);
  });

  it.each(['', 'x'.repeat(31)])('is refused when a server is started with "%s"', async (AUTH_SECRET) => {
    const starting = serve({ port: 0, state: folder, vars: { AUTH_SECRET } });
    await expect(starting).rejects.toThrow('AUTH_SECRET is missing or shorter than 32 characters.');
  });
});
