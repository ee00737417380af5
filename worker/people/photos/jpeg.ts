import type { Kept } from './image';

const [SOI, EOI, SOS, APP0, APP14, APP15, COMMENT] = [0xd8, 0xd9, 0xda, 0xe0, 0xee, 0xef, 0xfe];
/** Tables: Huffman, arithmetic, quantisation, restart interval. */
const TABLES = new Set([0xc4, 0xcc, 0xdb, 0xdd]);
/** Application segments needed to draw, JFIF and Adobe, by their length without a preview. Others hold Exif, XMP and profiles. */
const DRAWN = new Map([
  [APP0, 16],
  [APP14, 14],
]);

/**
 * Reads a JPEG's segments (ITU-T T.81, annex B) up to its end marker. A second frame could be larger than the one that is measured, so
 * it is refused, as is every marker that gives a size elsewhere or has no place before a scan.
 */
export function jpeg(bytes: Uint8Array): Kept | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = [bytes.subarray(0, 2)];
  let frame: { width: number; height: number } | undefined;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    if (end > bytes.length || length < 2) return undefined;
    if (isFrame(marker)) {
      if (frame || end < at + 9) return undefined;
      frame = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    } else if (marker === SOS && !frame) return undefined;
    const application = marker === COMMENT || (marker >= APP0 && marker <= APP15);
    if (!application && !isFrame(marker) && marker !== SOS && !TABLES.has(marker)) return undefined;
    if (!application || DRAWN.get(marker) === length) parts.push(bytes.subarray(at, end));
    at = end;
    if (marker !== SOS) continue;
    const next = afterScan(bytes, at);
    if (next === undefined) return undefined;
    parts.push(bytes.subarray(at, next));
    at = next;
    if (bytes[at + 1] === EOI) return frame && { parts: [...parts, bytes.subarray(at, at + 2)], ...frame };
  }
  return undefined;
}

/** Start-of-frame markers; three numbers in that range mean something else. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/** The start of the marker after a scan's data, in which 0xFF precedes zero, a restart, or a fill byte. */
function afterScan(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const marker = bytes[at + 1];
    if (marker === undefined) return undefined;
    if (marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7)) return at;
  }
  return undefined;
}
