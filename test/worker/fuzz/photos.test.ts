/** Any picture: what is stored is whole, holds no metadata, and would be stored unchanged again. */
import { expect, it } from 'vitest';
import { withoutMetadata } from '../../../worker/people/photos/image';
import { ascii, jpeg, png, riff, segment, chunk, SECRET, webp } from '../people/photos/pictures';
import { again, amount, Dice, SEED } from './dice';

const PICTURES = amount(1_500, 300_000);
const LIMIT_MS = amount(60_000, 1_800_000);

/** Each format, where its picture ends, and metadata of it, of a kind that no program writes. */
const formats = [
  {
    make: jpeg,
    end: [0xff, 0xd9],
    at: 2,
    metadata: (dice: Dice) => segment(dice.one([0xe1, 0xe2, 0xe5, 0xed, 0xef, 0xfe]), ascii(SECRET)),
  },
  {
    make: png,
    end: ascii('IEND\0\0\0\0'),
    at: 33,
    metadata: (dice: Dice) =>
      chunk(dice.one(['tEXt', 'iTXt', 'zTXt', 'eXIf', 'iCCP', 'tIME', 'abCd']), ascii(SECRET)),
  },
  {
    make: webp,
    end: ascii('VP8 '),
    at: 12,
    metadata: (dice: Dice) => riff(dice.one(['EXIF', 'XMP ', 'ICCP', 'ANIM', 'abcd']), ascii(SECRET)),
  },
] as const;

const indexOf = (bytes: Uint8Array, part: readonly number[]) =>
  bytes.findIndex((_, at) => part.every((byte, offset) => bytes[at + offset] === byte));
const text = (bytes: Uint8Array | undefined) => new TextDecoder('latin1').decode(bytes);

it(
  `of ${PICTURES} that are damaged is refused, or stored as it would be again`,
  { timeout: LIMIT_MS },
  () => {
    const dice = new Dice(SEED);
    for (let picture = 0; picture < PICTURES; picture += 1) {
      const bytes = dice.one(formats).make();
      for (let mistakes = dice.whole(1, 4); mistakes > 0; mistakes -= 1)
        bytes[dice.whole(0, bytes.length - 1)] = dice.one([0, 0xff, 0xd9, 0xda, dice.whole(0, 255)]);
      const image = withoutMetadata(bytes);
      if (image) expect(withoutMetadata(image.bytes), `${again}: ${bytes.join()}`).toEqual(image);
    }
  },
);

it(`of ${PICTURES} that end too early is never stored`, { timeout: LIMIT_MS }, () => {
  const dice = new Dice(SEED);
  for (let picture = 0; picture < PICTURES; picture += 1) {
    const { make, end } = dice.one(formats);
    const whole = make();
    const cut = whole.slice(0, dice.whole(0, indexOf(whole, end)));
    expect(withoutMetadata(cut), `${again}: ${cut.join()}`).toBeUndefined();
  }
});

it(`of ${PICTURES} is stored without any metadata`, { timeout: LIMIT_MS }, () => {
  const dice = new Dice(SEED);
  for (let picture = 0; picture < PICTURES; picture += 1) {
    const { make, at, metadata } = dice.one(formats);
    const whole = make();
    const more = Array.from({ length: dice.whole(1, 3) }, () => metadata(dice)).flat();
    const bytes = Uint8Array.from([...whole.slice(0, at), ...more, ...whole.slice(at)]);
    if (make === webp)
      new DataView(bytes.buffer).setUint32(
        4,
        new DataView(whole.buffer).getUint32(4, true) + more.length,
        true,
      );
    const image = withoutMetadata(bytes);
    expect([image?.type, text(image?.bytes).includes(SECRET)], again).toEqual([
      withoutMetadata(whole)?.type,
      false,
    ]);
  }
});
