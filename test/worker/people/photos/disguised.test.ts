/** Pictures that give one size to a reader and draw another, so that a small file fills a screen's memory. */
import { describe, expect, it } from 'vitest';
import { withoutMetadata } from '../../../../worker/people/photos/image';
import {
  ascii,
  canvas,
  chunk,
  frame,
  header,
  jpeg,
  jpegWith,
  lossless,
  lossy,
  pngOf,
  riff,
  segment,
  webpOf,
} from './pictures';

const LARGE = 16_000;
const pixels = chunk('IDAT', [1, 2, 3]);
const end = chunk('IEND', []);

it.each([
  ['a JPEG', jpegWith({})],
  ['a JPEG with tables', jpegWith({ before: segment(0xdb, [0, 1]), after: segment(0xc4, [0]) })],
  ['a PNG', pngOf(header(64), pixels, pixels, end)],
  ['a lossy WebP', webpOf(lossy(64))],
  ['a lossless WebP', webpOf(lossless(64))],
  ['an extended WebP', webpOf(canvas(64), riff('ALPH', [1]), lossy(64))],
])('%s is taken', (_, bytes) => {
  expect(withoutMetadata(bytes)).toBeDefined();
});

describe('refused is', () => {
  it.each([
    ['a JPEG with a larger frame before the other', jpegWith({ before: frame(0xc0, LARGE) })],
    ['a JPEG with a larger frame after the other', jpegWith({ after: frame(0xc2, LARGE) })],
    ['a JPEG with two frames of one size', jpegWith({ after: frame(0xc2, 64) })],
    ['a JPEG in steps of size, which begins with the largest', jpegWith({ before: frame(0xde, LARGE) })],
    ['a JPEG that counts its lines later', jpegWith({ after: segment(0xdc, [0x3e, 0x80]) })],
    ['a JPEG that begins again', jpegWith({ before: [0xff, 0xd8] })],
    ['a JPEG with a scan before its frame', jpegWith({ before: [...segment(0xda, [1, 1, 0, 0, 63, 0]), 1] })],
    ['a PNG with two headers', pngOf(header(64), header(LARGE), pixels, end)],
    ['a PNG with a long header', pngOf(chunk('IHDR', Array<number>(14).fill(1)), pixels, end)],
    ['a PNG with a short header', pngOf(chunk('IHDR', [0, 0, 0, 1, 0, 0, 0, 1]), pixels, end)],
    ['a PNG without pixels', pngOf(header(64), end)],
    ['a WebP whose canvas is smaller than its picture', webpOf(canvas(64), lossy(LARGE))],
    ['a WebP whose canvas is larger than its picture', webpOf(canvas(128), lossless(64))],
    ['a WebP with a second canvas', webpOf(canvas(64), canvas(64), lossy(64))],
    ['a WebP with a canvas after its picture', webpOf(lossy(64), canvas(64))],
    ['a WebP with two pictures', webpOf(lossy(64), lossy(64))],
    ['a WebP with a picture of each kind', webpOf(lossy(64), lossless(64))],
    ['a WebP with no picture', webpOf(canvas(64))],
    ['a WebP whose picture is something else', webpOf(riff('VP8 ', Array<number>(11).fill(64)))],
    ['a lossless WebP whose picture is something else', webpOf(riff('VP8L', Array<number>(11).fill(64)))],
  ])('%s', (_, bytes) => {
    expect(withoutMetadata(bytes)).toBeUndefined();
  });
});

it('a JPEG’s preview, and what stands behind the end of a picture, are not kept', () => {
  const preview = segment(0xe0, [...ascii('JFXX\0'), 0x10, ...jpeg()]);
  const kept = withoutMetadata(jpegWith({ before: preview }));
  expect(new TextDecoder('latin1').decode(kept?.bytes)).not.toContain('JFXX');
  for (const whole of [jpegWith({}), pngOf(header(64), pixels, end), webpOf(lossy(64))]) {
    const longer = Uint8Array.from([...whole, ...ascii('<script>alert(1)</script>')]);
    expect(withoutMetadata(longer)).toEqual(withoutMetadata(whole));
  }
});
