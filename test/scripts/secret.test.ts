import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { authSecret, vapidKeys } from '../../scripts/place.ts';
import { serve } from '../../scripts/serve.ts';
import { vapidKeysIn } from '../../worker/contract/secrets.ts';

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

describe('the keys for pushes of a workplace on this machine', () => {
  it('are made once, and sign what they verify', async () => {
    const kept = vapidKeys(folder);
    expect(vapidKeys(folder)).toBe(kept);
    const keys = vapidKeysIn(kept);
    const point = Buffer.from(keys?.publicKey ?? '', 'base64url');
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((it) => it.toString('base64url'));
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '', d: keys?.privateKey ?? '' };
    const how = { name: 'ECDSA', hash: 'SHA-256' };
    const signing = await crypto.subtle.importKey('jwk', jwk, curve, false, ['sign']);
    const verifying = await crypto.subtle.importKey('raw', point, curve, false, ['verify']);
    const signature = await crypto.subtle.sign(how, signing, Buffer.from('a push'));
    expect(await crypto.subtle.verify(how, verifying, signature, Buffer.from('a push'))).toBe(true);
  });

  it('are refused when they are kept in another form', () => {
    writeFileSync(join(folder, 'vapid-keys'), 'short');
    expect(() => vapidKeys(folder)).toThrow(/have another form\. Delete that file and start again/);
  });
});
