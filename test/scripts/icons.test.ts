/** The icons that the manifest promises to platforms, which refuse or cut what is otherwise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { expect, it } from 'vitest';
import { root } from '../../scripts/place.ts';

interface Icon {
  src: string;
  sizes: string;
  type: string;
  purpose: string;
}
const read = (name: string) => readFileSync(join(root, 'web', 'static', name));
const { icons } = JSON.parse(read('manifest.webmanifest').toString()) as { icons: Icon[] };
const pixels = icons.filter(({ type }) => type === 'image/png');

/** The alpha of a pixel. */
const alphaAt = ({ data, width }: PNG, x: number, y: number) => data[(y * width + x) * 4 + 3];

it('each has the size that it names, 192 and 512 among them', () => {
  for (const { src, sizes } of pixels) {
    const { width, height } = PNG.sync.read(read(src));
    expect(`${width}x${height}`, src).toBe(sizes);
  }
  const any = pixels.filter(({ purpose }) => purpose === 'any').map(({ sizes }) => sizes);
  expect(any).toEqual(['192x192', '512x512']);
});

it('those that a platform cuts fill their square, and show the mark in the part that stays', () => {
  const cut = pixels.flatMap(({ src, purpose }) => (purpose === 'maskable' ? [src] : []));
  expect(cut).toHaveLength(1);
  for (const name of [...cut, 'apple-touch-icon.png']) {
    const icon = PNG.sync.read(read(name));
    const last = icon.width - 1;
    for (const [x, y] of [
      [0, 0],
      [last, 0],
      [0, last],
      [last, last],
    ] as const)
      expect(alphaAt(icon, x, y), name).toBe(255);
    const ground = icon.data.readUInt32BE(0);
    // The inner circle of 80 % (w3.org/TR/appmanifest/#icon-masks).
    for (let y = 0; y <= last; y += 1)
      for (let x = 0; x <= last; x += 1)
        if (Math.hypot(x - last / 2, y - last / 2) > icon.width * 0.4)
          expect(icon.data.readUInt32BE((y * icon.width + x) * 4) === ground, `${name} ${x} ${y}`).toBe(true);
  }
});
