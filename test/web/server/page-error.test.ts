/** A page that fails leaves one line of JSON with the id that the person sees, and names no one. */
import type { RequestEvent } from '@sveltejs/kit';
import { expect, it, vi } from 'vitest';
import { handleError } from '../../../web/src/hooks.server';

const RAY = '8f1d2c3b4a596877-FRA';
const failed = (status: number, headers: Record<string, string> = { 'CF-Ray': RAY }) => {
  const url = new URL('http://muster.test/people/ana?q=Kova%C4%8D');
  const event = {
    url,
    params: { id: 'ana' },
    route: { id: '/people/[id]' },
    request: new Request(url, { headers }),
  } as unknown as RequestEvent;
  const lines = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const error = new TypeError('Cannot read properties of undefined');
  const shown = handleError({ error, event, status, message: 'Internal Error' });
  return { shown, lines: lines.mock.calls.map(String) };
};

it('it is logged by its route and its request’s id, without its address', () => {
  const { shown, lines } = failed(500);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      message: 'page failed',
      request: RAY,
      route: '/people/[id]',
      status: 500,
      error: 'TypeError: Cannot read properties of undefined',
    },
  ]);
  expect(lines.join()).not.toMatch(/Kova|ana/);
  expect(shown).toEqual({
    message: `Something went wrong on the server. If you report it, quote ${RAY}.`,
  });
});

it('a client that makes an id up gets another one, the same in the line and on the page', () => {
  const { shown, lines } = failed(500, { 'CF-Ray': 'ana@example.org' });
  const { request } = JSON.parse(lines.join()) as { request: string };
  expect(request).toMatch(/^[0-9a-f-]{36}$/);
  expect(shown).toMatchObject({ message: expect.stringContaining(`quote ${request}.`) as string });
});

it('an address without a page is no failure, and is not logged', () => {
  expect(failed(404)).toEqual({ shown: { message: 'There is no page at this address.' }, lines: [] });
});
