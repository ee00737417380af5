import { expect, it } from 'vitest';
import { overTls } from '../../../worker/http/scheme';

const arrived = (url: string, headers: Record<string, string> = {}) =>
  overTls(new Request(url, { method: 'POST', headers }));

it('plain http is answered on this machine only', () => {
  for (const url of [
    'http://localhost:8787/login',
    'http://127.0.0.1/',
    'http://[::1]/',
    'https://muster.example/',
  ]) {
    expect(arrived(url)).toMatchObject({ url });
  }
  const sent = arrived('http://muster.example/login?next=%2F');
  expect(sent).toMatchObject({ status: 308 });
  expect(sent.headers.get('Location')).toBe('https://muster.example/login?next=%2F');
});

it('a name that only begins like this machine’s is not this machine', () => {
  expect(arrived('http://localhost.evil.example/')).toMatchObject({ status: 308 });
});

it('a proxy that ends TLS says so, and the request counts as https', () => {
  const told = arrived('http://muster.example/api/v1/me', {
    'X-Forwarded-Proto': 'https',
    Upgrade: 'websocket',
  });
  expect(told).toMatchObject({ url: 'https://muster.example/api/v1/me', method: 'POST' });
  expect(told.headers.get('Upgrade')).toBe('websocket');
});
