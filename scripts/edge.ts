/** What stands before the product in production: HTTP/2, TLS and brotli. Here it stands on this machine, with a certificate made at run. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { constants, createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { constants as zlib, createBrotliCompress } from 'node:zlib';

const compressed = /^(?:text\/|application\/(?:javascript|json|manifest\+json)|image\/svg)/;
/** Of one connection in HTTP/1.1; HTTP/2 refuses them. */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
]);

/** @param port of the product on this machine. @returns its origin behind the proxy */
export async function edge(port: number): Promise<{ origin: string; close(): Promise<void> }> {
  const target = `localhost:${port}`;
  const server = createSecureServer({ ...certificate(), allowHTTP1: true });
  server.on('request', (asked, answer) => pass(asked, answer, target));
  // Browsers open a socket with HTTP/1.1.
  server.on('upgrade', (asked: Http2ServerRequest, socket: import('node:net').Socket) => {
    const upstream = connect(port, '127.0.0.1', () => {
      const lines = Object.entries(asked.headers).map(
        ([name, value]) => `${name}: ${headerOf(name, value, target)}`,
      );
      upstream.write([`GET ${asked.url} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
      pipeline(socket, upstream, () => undefined);
      pipeline(upstream, socket, () => undefined);
    });
    upstream.on('error', () => socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const own = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    origin: `https://localhost:${own}`,
    close: () => new Promise((done) => server.close(() => done())),
  };
}

/** The product knows itself by its own origin. */
const headerOf = (name: string, value: string | string[] | undefined, target: string): string =>
  name === 'host' ? target : name === 'origin' ? `http://${target}` : String(value);

function pass(asked: Http2ServerRequest, answer: Http2ServerResponse, target: string): void {
  const headers = Object.fromEntries(
    Object.entries(asked.headers)
      .filter(([name]) => !name.startsWith(':') && !ofConnection.has(name))
      .map(([name, value]) => [name, headerOf(name, value, target)]),
  );
  const upstream = request(
    `http://${target}${asked.url}`,
    { method: asked.method, headers: { ...headers, host: target, 'accept-encoding': 'identity' } },
    (from) => {
      const isText = compressed.test(from.headers['content-type'] ?? '');
      const kept = Object.entries(from.headers).filter(
        ([name]) => !ofConnection.has(name) && !(isText && name === 'content-length'),
      );
      answer.writeHead(from.statusCode ?? constants.HTTP_STATUS_BAD_GATEWAY, {
        ...Object.fromEntries(kept),
        ...(isText ? { 'content-encoding': 'br' } : {}),
      });
      const brotli = () => createBrotliCompress({ params: { [zlib.BROTLI_PARAM_QUALITY]: 5 } });
      if (isText) pipeline(from, brotli(), answer, () => undefined);
      else pipeline(from, answer, () => undefined);
    },
  );
  upstream.on('error', () => answer.writeHead(constants.HTTP_STATUS_BAD_GATEWAY).end());
  pipeline(asked, upstream, () => undefined);
}

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'muster-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '1',
      ],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  const made = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true, force: true });
  return made;
}
