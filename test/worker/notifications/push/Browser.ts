/** A browser with a subscription, and its push service. It decrypts by RFC 8291 and checks RFC 8292, each from the text of the RFC. */
import { env } from 'cloudflare:workers';
import { vi } from 'vitest';
import type { Pushed, PushKind } from '../../../../worker/contract/notifications/push';
import { vapidKeysIn } from '../../../../worker/contract/secrets';
import { ask, newKey, type Someone } from '../../workplace';

const utf8 = new TextEncoder();
const base64 = (bytes: ArrayBuffer) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const bytesOf = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (it) => it.charCodeAt(0));

/** HKDF of RFC 5869 with SHA-256. */
async function hkdf(ikm: ArrayBuffer, salt: Uint8Array, info: Uint8Array, length: number) {
  const key = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits']);
  return crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, length * 8);
}

interface Claims {
  aud: string;
  exp: number;
  sub: string;
}

export class Browser {
  static readonly #all = new Map<string, Browser>();

  readonly received: Pushed[] = [];
  readonly headers: Headers[] = [];
  /** The service's next answer. */
  answer: () => Response | Promise<Response> = () => new Response(null, { status: 201 });

  private constructor(
    readonly endpoint: string,
    private readonly privateKey: CryptoKey,
    private readonly point: ArrayBuffer,
    private readonly secret: Uint8Array,
  ) {}

  static async open(host = 'fcm.googleapis.com'): Promise<Browser> {
    const pair = (await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, true, [
      'deriveBits',
    ])) as CryptoKeyPair;
    const point = (await crypto.subtle.exportKey('raw', pair.publicKey)) as ArrayBuffer;
    const secret = crypto.getRandomValues(new Uint8Array(16));
    const it = new Browser(`https://${host}/push/${crypto.randomUUID()}`, pair.privateKey, point, secret);
    Browser.#all.set(it.endpoint, it);
    return it;
  }

  /** Every request that leaves the Worker goes to these browsers' services. */
  static online(): void {
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      const request = new Request(input, init);
      const browser = Browser.#all.get(request.url);
      if (!browser) throw new Error(`the Worker called ${request.url}`);
      return browser.#take(request);
    });
  }

  get keys() {
    return { p256dh: base64(this.point), auth: base64(this.secret.buffer as ArrayBuffer) };
  }

  subscribe(as: Someone | { cookie: string }, kinds: readonly PushKind[], key = newKey()) {
    const json = { endpoint: this.endpoint, keys: this.keys, kinds };
    return ask('/notifications/push/device', { method: 'PUT', as, json, key });
  }

  async #take(request: Request): Promise<Response> {
    if (request.redirect !== 'manual') throw new Error('it would follow a redirect');
    await this.#mustBeOurs(request.headers.get('Authorization') ?? '');
    this.headers.push(request.headers);
    const answer = await this.answer();
    if (answer.ok) {
      const text = await this.#decrypted(await request.arrayBuffer());
      this.received.push(JSON.parse(text) as Pushed);
    }
    return answer;
  }

  /** RFC 8188 §2 and RFC 8291 §3.4. */
  async #decrypted(body: ArrayBuffer): Promise<string> {
    if (body.byteLength > 4096) throw new Error('too long for a push service');
    const [salt, length] = [new Uint8Array(body, 0, 16), new Uint8Array(body)[20] ?? 0];
    const theirs = new Uint8Array(body, 21, length);
    const key = await crypto.subtle.importKey(
      'raw',
      theirs,
      { name: 'ECDH', namedCurve: 'P-256' },
      false,
      [],
    );
    // workerd's types name the parameter otherwise than the standard.
    const algorithm = { name: 'ECDH', public: key } as unknown as SubtleCryptoDeriveKeyAlgorithm;
    const shared = await crypto.subtle.deriveBits(algorithm, this.privateKey, 256);
    const info = Uint8Array.from([
      ...utf8.encode('WebPush: info\0'),
      ...new Uint8Array(this.point),
      ...theirs,
    ]);
    const ikm = await hkdf(shared, this.secret, info, 32);
    const cek = await hkdf(ikm, salt, utf8.encode('Content-Encoding: aes128gcm\0'), 16);
    const iv = await hkdf(ikm, salt, utf8.encode('Content-Encoding: nonce\0'), 12);
    const aes = await crypto.subtle.importKey('raw', cek, 'AES-GCM', false, ['decrypt']);
    const record = body.slice(21 + length);
    const padded = new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, aes, record));
    const end = padded.lastIndexOf(2);
    if (padded.slice(end + 1).some((it) => it !== 0)) throw new Error('not the last record');
    return new TextDecoder().decode(padded.slice(0, end));
  }

  /** RFC 8292 §2: signed for this service by the key that the browser subscribed with. */
  async #mustBeOurs(authorization: string): Promise<void> {
    const [, header = '', claims = '', signature = '', k] =
      /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(authorization) ?? [];
    if (k !== vapidKeysIn(env.VAPID_KEYS)?.publicKey) throw new Error('another server');
    const { aud, exp, sub } = JSON.parse(new TextDecoder().decode(bytesOf(claims))) as Claims;
    const key = await crypto.subtle.importKey(
      'raw',
      bytesOf(k ?? ''),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['verify'],
    );
    const signed = await crypto.subtle.verify(
      { name: 'ECDSA', hash: 'SHA-256' },
      key,
      bytesOf(signature),
      utf8.encode(`${header}.${claims}`),
    );
    const lasts = exp - Date.now() / 1000;
    if (!signed || aud !== new URL(this.endpoint).origin || lasts > 86_400 || !/^https:/.test(sub))
      throw new Error('not for this service');
  }
}
