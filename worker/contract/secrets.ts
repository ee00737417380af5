/** Secrets that travel once, and the digests by which they are known: both sides must make them alike. */

/** 256 random bits in lower-case hex: a link's token, a ticket, what a session's codes are made of. */
export const newSecret = (): string => hex(crypto.getRandomValues(new Uint8Array(32)));

/** SHA-256 in lower-case hex, of the parts one after the other. */
export async function sha256(...parts: (string | ArrayBuffer)[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
  return hex(new Uint8Array(digest));
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
