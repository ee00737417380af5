import { expect, it } from 'vitest';
import { overTls } from '../../../worker/entry';

const received = (url: string, headers: Record<string, string> = {}) =>
  overTls(new Request(url, { method: 'POST', headers }));

it('plain http is accepted on this machine only', () => {
  for (const url of [
    'http://localhost:8787/login',
    'http://127.0.0.1/',
    'http://[::1]/',
    'https://muster.example/',
  ]) {
    expect(received(url)).toMatchObject({ url });
  }
  const sent = received('http://muster.example/login?next=%2F');
  expect(sent).toMatchObject({ status: 308 });
  expect(sent.headers.get('Location')).toBe('https://muster.example/login?next=%2F');
});

it('a host name that begins like this machine’s is redirected', () => {
  expect(received('http://localhost.evil.example/')).toMatchObject({ status: 308 });
});

it('a request counts as https when a proxy that ends TLS forwards it', () => {
  const request = received('http://muster.example/api/v1/me', {
    'X-Forwarded-Proto': 'https',
    Upgrade: 'websocket',
  });
  expect(request).toMatchObject({ url: 'https://muster.example/api/v1/me', method: 'POST' });
  expect(request.headers.get('Upgrade')).toBe('websocket');
});
