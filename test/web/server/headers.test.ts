import { expect, it } from 'vitest';
import { secure } from '../../../web/src/lib/server/headers';

const headersOf = (some: Record<string, string>) =>
  secure(new Response(null, { headers: some }), new URL('https://muster.test/r/1')).headers;

it('a page tells other sites no address, and no cache keeps it', () => {
  const headers = headersOf({});
  expect(headers.get('Referrer-Policy')).toBe('same-origin');
  expect(headers.get('Cache-Control')).toBe('private, no-store');
});

it('a page whose address is a key tells it to no one', () => {
  const headers = headersOf({ 'Referrer-Policy': 'no-referrer', 'X-Robots-Tag': 'noindex' });
  expect(headers.get('Referrer-Policy')).toBe('no-referrer');
  expect(headers.get('X-Robots-Tag')).toBe('noindex');
});
