/**
 * A new id: UUIDv7 (RFC 9562 §5.7), 48 bits of milliseconds and 74 random bits. The package that the server uses weighs 1.2 kB more.
 * `crypto.randomUUID` is missing where a page has no TLS.
 */
export function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  const random = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  const [a, b] = [random.slice(0, 2).join(''), random.slice(2).join('')];
  const variant = ((Number.parseInt(b.slice(0, 1), 16) & 3) | 8).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${a.slice(1)}-${variant}${b.slice(1, 4)}-${b.slice(4)}`;
}
