/** Pictures built byte by byte, with all metadata that must not be stored. */

export const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
const be16 = (n: number) => [n >> 8, n & 255];
const be32 = (n: number) => [n >>> 24, (n >> 16) & 255, (n >> 8) & 255, n & 255];
const le24 = (n: number) => [n & 255, (n >> 8) & 255, n >> 16];
const le32 = (n: number) => [...le24(n & 0xffffff), n >>> 24];

/** The metadata that a phone writes. */
export const SECRET = 'GPS 52.5200 N 13.4050 E';

export const segment = (marker: number, body: number[]) => [0xff, marker, ...be16(body.length + 2), ...body];

/** @param more bytes of the picture itself, to make it large */
export function jpeg({ width = 64, height = 64, more = 0 } = {}): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    0xff,
    0xd8,
    ...segment(0xe0, [...ascii('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xe1, ascii(`Exif\0\0${SECRET}`)),
    ...segment(0xed, ascii(`Photoshop 3.0\0${SECRET}`)),
    ...segment(0xfe, ascii(SECRET)),
    ...segment(0xc2, [8, ...be16(height), ...be16(width), 1, 1, 0x11, 0]),
    // Two scans, as in a progressive JPEG: within them 0xFF stands before zero or a restart.
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    ...[1, 2, 0xff, 0, 3, 0xff, 0xd0, 4],
    ...Array<number>(more).fill(7),
    ...segment(0xda, [1, 1, 0, 0, 63, 0]),
    5,
    6,
    0xff,
    0xd9,
    ...ascii(`after the end: ${SECRET}`),
  ]);
}

export const chunk = (name: string, body: number[]) => [
  ...be32(body.length),
  ...ascii(name),
  ...body,
  0,
  0,
  0,
  0,
];

export function png({ width = 64, height = 64 } = {}): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk('IHDR', [...be32(width), ...be32(height), 8, 6, 0, 0, 0]),
    ...chunk('tEXt', ascii(`Location\0${SECRET}`)),
    ...chunk('eXIf', ascii(SECRET)),
    ...chunk('IDAT', [1, 2, 3]),
    ...chunk('IEND', []),
    ...ascii(SECRET),
  ]);
}

export const riff = (name: string, body: number[]) => [
  ...ascii(name),
  ...le32(body.length),
  ...body,
  ...(body.length % 2 ? [0] : []),
];

export function webp({ width = 64, height = 64 } = {}): Uint8Array<ArrayBuffer> {
  const chunks = [
    ...riff('VP8X', [0x2c | 0x10, 0, 0, 0, ...le24(width - 1), ...le24(height - 1)]),
    ...riff('ICCP', ascii(SECRET)),
    ...riff('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, width & 255, width >> 8, height & 255, height >> 8, 9]),
    ...riff('EXIF', ascii(SECRET)),
    ...riff('XMP ', ascii(SECRET)),
  ];
  return Uint8Array.from([
    ...ascii('RIFF'),
    ...le32(chunks.length + 4),
    ...ascii('WEBP'),
    ...chunks,
    ...ascii(SECRET),
  ]);
}

/** The JPEG with further segments before its frame, or after it. */
export function jpegWith({ before = [], after = [] }: { before?: number[]; after?: number[] }) {
  const whole = [...jpeg()];
  const at = whole.findIndex((byte, index) => byte === 0xff && whole[index + 1] === 0xc2);
  const end = at + frame(0xc2, 64).length;
  return Uint8Array.from([
    ...whole.slice(0, at),
    ...before,
    ...whole.slice(at, end),
    ...after,
    ...whole.slice(end),
  ]);
}
export const frame = (marker: number, size: number) =>
  segment(marker, [8, ...be16(size), ...be16(size), 1, 1, 0x11, 0]);

/** A PNG of these chunks. */
export const pngOf = (...chunks: number[][]) =>
  Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...chunks.flat()]);
export const header = (size: number) => chunk('IHDR', [...be32(size), ...be32(size), 8, 6, 0, 0, 0]);

/** A WebP of these chunks. */
export const webpOf = (...chunks: number[][]) =>
  Uint8Array.from([...ascii('RIFF'), ...le32(chunks.flat().length + 4), ...ascii('WEBP'), ...chunks.flat()]);
export const canvas = (size: number) => riff('VP8X', [0, 0, 0, 0, ...le24(size - 1), ...le24(size - 1)]);
export const lossy = (size: number) =>
  riff('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, size & 255, size >> 8, size & 255, size >> 8, 9]);
export const lossless = (size: number) => riff('VP8L', [0x2f, ...le32((size - 1) | ((size - 1) << 14))]);
