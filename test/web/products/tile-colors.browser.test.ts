import { expect, it } from 'vitest';
import '../../../web/src/app.css';
import '$lib/products/colors.css';
import { TileColor } from '$contract/products/products';

/** The relative luminance of WCAG 2 of a colour as the browser paints it. */
function luminance(color: string): number {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d');
  if (!canvas) throw new Error('no canvas');
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
    const part = byte / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

it.each(['light', 'dark'])('ink on each colour of a tile has more than 4.5:1 in the %s theme', (theme) => {
  document.documentElement.className = theme;
  const seen = TileColor.options.map((color) => {
    const tile = document.body.appendChild(document.createElement('div'));
    tile.dataset.color = color;
    tile.style.color = 'var(--ink)';
    const { color: ink, backgroundColor } = getComputedStyle(tile);
    const [light = 0, dark = 0] = [luminance(ink), luminance(backgroundColor)].toSorted((a, b) => b - a);
    expect((light + 0.05) / (dark + 0.05), color).toBeGreaterThan(4.5);
    return backgroundColor;
  });
  expect(new Set(seen).size).toBe(TileColor.options.length);
});
