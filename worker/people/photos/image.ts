/**
 * Strips the metadata of a JPEG, PNG or WebP, which could reveal where, when and with what it was taken. It copies only the
 * parts named here, so unknown metadata is left out too. Nothing is decoded.
 */
import { jpeg } from './jpeg';
import { png } from './png';
import { webp } from './webp';

export interface Image {
  type: 'image/jpeg' | 'image/png' | 'image/webp';
  bytes: Uint8Array<ArrayBuffer>;
}

/** The parts to copy, in order, and the size in pixels. */
export interface Kept {
  parts: Uint8Array[];
  width: number;
  height: number;
}

/** A larger image in a small file could take gigabytes of memory on screens. */
const MOST_PIXELS = 4096;

const formats = [
  { type: 'image/jpeg', read: jpeg },
  { type: 'image/png', read: png },
  { type: 'image/webp', read: webp },
] as const;

/** @returns undefined for another format, a broken file, or more than 4,096 pixels in width or height */
export function withoutMetadata(bytes: Uint8Array): Image | undefined {
  for (const { type, read } of formats) {
    const kept = read(bytes);
    if (!kept) continue;
    const { parts, width, height } = kept;
    const fits = width > 0 && height > 0 && width <= MOST_PIXELS && height <= MOST_PIXELS;
    return fits ? { type, bytes: joined(parts) } : undefined;
  }
  return undefined;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
