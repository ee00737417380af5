import type { Kept } from './image';

/** Chunks of the still picture and its transparency; not Exif, XMP, profiles, or an animation's frames. */
const DRAWN = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH']);
/** The only flag that VP8X keeps: transparency. */
const ALPHA = 0x10;
/** What a lossy picture has after its frame tag (RFC 6386, section 9.1), and what a lossless one begins with. */
const [KEYFRAME, LOSSLESS] = [0x2a019d, 0x2f];

/**
 * Reads a WebP's chunks (RFC 9649, section 2) within its declared length. It has one picture, and every size it gives is the same:
 * decoders differ in which of two they believe.
 */
export function webp(bytes: Uint8Array): Kept | undefined {
  if (bytes.length < 20 || tag(bytes, 0) !== 'RIFF' || tag(bytes, 8) !== 'WEBP') return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const whole = 8 + view.getUint32(4, true);
  if (whole > bytes.length) return undefined;
  const chunks: Uint8Array[] = [];
  const names = new Set<string>();
  let size: Size | undefined;
  for (let at = 12; at + 8 <= whole;) {
    const name = tag(bytes, at);
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length % 2);
    if (end > whole) return undefined;
    if (DRAWN.has(name)) {
      const its = name === 'ALPH' ? size : sizeOf(name, view, at + 8, length);
      const differs = size && its && (size.width !== its.width || size.height !== its.height);
      if (!its || differs || names.has(name) || (name === 'VP8X' && size)) return undefined;
      size = its;
      names.add(name);
      chunks.push(name === 'VP8X' ? still(bytes.slice(at, end)) : bytes.subarray(at, end));
    }
    at = end;
  }
  if (!size || names.has('VP8 ') === names.has('VP8L')) return undefined;
  const head = bytes.slice(0, 12);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 4);
  new DataView(head.buffer).setUint32(4, length, true);
  return { parts: [head, ...chunks], ...size };
}

interface Size {
  width: number;
  height: number;
}

const tag = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

function still(extended: Uint8Array): Uint8Array {
  extended[8] = (extended[8] ?? 0) & ALPHA;
  return extended;
}

/** Undefined if the chunk is too short, or does not begin as its picture must. */
function sizeOf(name: string, view: DataView, at: number, length: number): Size | undefined {
  if (length < (name === 'VP8L' ? 5 : 10)) return undefined;
  const three = (from: number) => view.getUint16(from, true) | (view.getUint8(from + 2) << 16);
  if (name === 'VP8X') return { width: three(at + 4) + 1, height: three(at + 7) + 1 };
  if (name === 'VP8 ') {
    const isKeyframe = three(at + 3) === KEYFRAME;
    if (!isKeyframe) return undefined;
    return { width: view.getUint16(at + 6, true) & 0x3fff, height: view.getUint16(at + 8, true) & 0x3fff };
  }
  if (view.getUint8(at) !== LOSSLESS) return undefined;
  const bits = view.getUint32(at + 1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
