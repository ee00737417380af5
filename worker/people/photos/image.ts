/**
 * A photo as it may be kept: a JPEG, PNG or WebP by its own bytes, without anything that tells where, when or with what it
 * was taken. Only the parts named here are copied, so what a camera adds tomorrow stays out too. Nothing is decoded.
 */
import { jpeg } from './jpeg';
import { png } from './png';
import { webp } from './webp';

export interface Image {
  type: 'image/jpeg' | 'image/png' | 'image/webp';
  bytes: Uint8Array<ArrayBuffer>;
}

/** What a format's reader finds: the parts worth keeping, in order, and the size in pixels. */
export interface Kept {
  parts: Uint8Array[];
  width: number;
  height: number;
}

/** Beyond this, a small file could unfold into gigabytes on the screens that show it. */
const MOST_PIXELS = 4096;

const formats = [
  { type: 'image/jpeg', read: jpeg },
  { type: 'image/png', read: png },
  { type: 'image/webp', read: webp },
] as const;

/** The image without its metadata, or undefined if it is none of these, broken, or wider or higher than 4,096 pixels. */
export function cleaned(bytes: Uint8Array): Image | undefined {
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
