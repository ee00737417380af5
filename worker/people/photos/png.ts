import type { Kept } from './image';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const HEADER_BYTES = 13;
/** Chunks needed to draw; text, time, Exif and profiles are not. */
const DRAWN = new Set(['IHDR', 'PLTE', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'IDAT', 'IEND']);

/** Reads a PNG's chunks (W3C PNG, section 5) up to its end. */
export function png(bytes: Uint8Array): Kept | undefined {
  if (!SIGNATURE.every((byte, index) => bytes[index] === byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = [bytes.subarray(0, 8)];
  let [width, height] = [0, 0];
  let drawn = false;
  let at = 8;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 12 + length;
    if (end > bytes.length || (at === 8) !== (name === 'IHDR')) return undefined;
    if (name === 'IHDR' && length !== HEADER_BYTES) return undefined;
    if (name === 'IHDR') [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (DRAWN.has(name)) parts.push(bytes.subarray(at, end));
    if (name === 'IEND') return drawn && length === 0 ? { parts, width, height } : undefined;
    drawn ||= name === 'IDAT';
    at = end;
  }
  return undefined;
}
