/** Secrets that are sent once, and the digests under which they are stored. */

/** 256 random bits in lower-case hex: a link's token, a ticket, a session's code secret. */
export const newSecret = (): string => hex(crypto.getRandomValues(new Uint8Array(32)));

const AUTH_SECRET_CHARACTERS = 32;

/** Whether a secret may sign session cookies: a shorter one could be guessed, and an empty one is no key at all. */
export const isAuthSecret = (secret: string | undefined): secret is string =>
  secret !== undefined && secret.length >= AUTH_SECRET_CHARACTERS;

/** An application server's key pair (RFC 8292), both parts in base64url: the point, and the private scalar. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** The pair in `VAPID_KEYS`, such as `B….…`; undefined if that is missing or has another form. */
export function vapidKeysIn(secret: string | undefined): VapidKeys | undefined {
  const [, publicKey, privateKey] = /^(B[A-P][\w-]{85})\.([\w-]{43})$/.exec(secret ?? '') ?? [];
  return publicKey !== undefined && privateKey !== undefined ? { publicKey, privateKey } : undefined;
}

/** SHA-256 of the concatenated parts, in lower-case hex. */
export async function sha256(...parts: (string | ArrayBuffer)[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
  return hex(new Uint8Array(digest));
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
