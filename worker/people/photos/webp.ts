import type { Kept } from './image';

/** Chunks of the still picture and its transparency; not Exif, XMP, profiles, or an animation's frames. */
const DRAWN = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH']);
/** The only flag that VP8X keeps: transparency. */
const ALPHA = 0x10;

/** Reads a WebP's chunks (RFC 9649, section 2) within its declared length. */
export function webp(bytes: Uint8Array): Kept | undefined {
  if (bytes.length < 20 || tag(bytes, 0) !== 'RIFF' || tag(bytes, 8) !== 'WEBP') return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = 8 + view.getUint32(4, true);
  if (whole > bytes.length) return undefined;
  const chunks: Uint8Array[] = [];
  let size: [width: number, height: number] | undefined;
  let drawn = false;
  for (let at = 12; at + 8 <= whole;) {
    const name = tag(bytes, at);
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    if (end > whole) return undefined;
    if (DRAWN.has(name)) chunks.push(name === 'VP8X' ? still(bytes.slice(at, end)) : bytes.subarray(at, end));
    size ??= sizeOf(name, view, at + 8, length);
    drawn ||= name === 'VP8 ' || name === 'VP8L';
    at = end;
  }
  if (!drawn || !size) return undefined;
  const head = bytes.slice(0, 12);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 4);
  new DataView(head.buffer).setUint32(4, length, true);
  return { parts: [head, ...chunks], width: size[0], height: size[1] };
}

const tag = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

function still(extended: Uint8Array): Uint8Array {
  extended[8] = (extended[8] ?? 0) & ALPHA;
  return extended;
}

function sizeOf(name: string, view: DataView, at: number, length: number): [number, number] | undefined {
  if (length < 10) return undefined;
  const three = (from: number) => view.getUint16(from, true) | (view.getUint8(from + 2) << 16);
  if (name === 'VP8X') return [three(at + 4) + 1, three(at + 7) + 1];
  if (name === 'VP8 ') return [view.getUint16(at + 6, true) & 0x3fff, view.getUint16(at + 8, true) & 0x3fff];
  if (name !== 'VP8L') return undefined;
  const bits = view.getUint32(at + 1, true);
  return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
}
