import { expect, it } from 'vitest';
import { nextPath } from '$lib/people/sign-in/next';

const origin = 'https://muster.example';

it('a path of this site is opened after sign-in', () => {
  expect(nextPath('/admin?date=2026-11-20', origin)).toBe('/admin?date=2026-11-20');
});

it.each([
  '//evil.example',
  '/\\evil.example',
  '/.//evil.example/phish',
  '/x/..//evil.example',
  '/%2e//evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/logout',
  '/api/v1/me',
  '',
  null,
])('%s is not opened after sign-in', (path) => {
  expect(nextPath(path, origin)).toBe('/');
});
