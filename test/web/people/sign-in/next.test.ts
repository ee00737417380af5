import { expect, it } from 'vitest';
import { nextPath } from '$lib/people/sign-in/next';

const origin = 'https://muster.example';

it('after signing in one goes on to a page of this site', () => {
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
])('and never to %s', (wanted) => {
  expect(nextPath(wanted, origin)).toBe('/');
});
