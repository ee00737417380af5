/** A fake camera's picture: a QR code as uncompressed video (YUV4MPEG2). */
import { writeFile } from 'node:fs/promises';
import { encode } from 'uqr';

const [WIDTH, HEIGHT, CELL] = [640, 480, 9];
const [BLACK, WHITE, GREY] = [16, 235, 128];

/** Writes two frames, which Chromium repeats. */
export async function film(file: string, text: string): Promise<void> {
  const { data, size } = encode(text, { border: 4 });
  const [left, top] = [WIDTH, HEIGHT].map((length) => Math.floor((length - size * CELL) / 2)) as [
    number,
    number,
  ];
  if (top < 0) throw new Error(`a code of ${size} cells is too large for the picture`);
  const light = Buffer.alloc(WIDTH * HEIGHT, WHITE);
  for (let y = 0; y < size * CELL; y += 1)
    for (let x = 0; x < size * CELL; x += 1)
      if (data[Math.floor(y / CELL)]?.[Math.floor(x / CELL)]) light[(top + y) * WIDTH + left + x] = BLACK;
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, GREY);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), light, colour]);
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`);
  await writeFile(file, Buffer.concat([head, frame, frame]));
}
