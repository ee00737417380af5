import type { Kept } from './image';

const [SOI, EOI, SOS, APP0, APP14, APP15, COMMENT] = [0xd8, 0xd9, 0xda, 0xe0, 0xee, 0xef, 0xfe];
/** Application segments needed to draw: JFIF and Adobe. Others hold Exif, XMP, profiles and previews. */
const DRAWN = new Set([APP0, APP14]);

/** Reads a JPEG's segments (ITU-T T.81, annex B) up to its end marker. */
export function jpeg(bytes: Uint8Array): Kept | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== SOI) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = [bytes.subarray(0, 2)];
  let [width, height] = [0, 0];
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const end = at + 2 + view.getUint16(at + 2);
    if (marker === 0xff) {
      at += 1; // a fill byte
      continue;
    }
    if (end > bytes.length || view.getUint16(at + 2) < 2) return undefined;
    if (isFrame(marker)) {
      if (end < at + 9) return undefined;
      [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
    }
    const metadata = marker === COMMENT || (marker >= APP0 && marker <= APP15 && !DRAWN.has(marker));
    if (!metadata) parts.push(bytes.subarray(at, end));
    at = end;
    if (marker !== SOS) continue;
    const next = afterScan(bytes, at);
    if (next === undefined) return undefined;
    parts.push(bytes.subarray(at, next));
    at = next;
    if (bytes[at + 1] === EOI) return { parts: [...parts, bytes.subarray(at, at + 2)], width, height };
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
