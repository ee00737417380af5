/**
 * People and scanners as they are, not as the engine sees them. Rhythms of people: Dhakal et al., Observations on Typing from 136
 * Million Keystrokes (2018). Of scanners: the delays that their manuals offer, and what Odoo's and WooCommerce's issues measured.
 */
import fc from 'fast-check';
import type { Rhythm } from '$lib/sales/scanner/rhythm';
import { type Scan, Scanner } from '$lib/sales/scanner/Scanner';
import type { Stroke, Where } from '$lib/sales/scanner/strokes';

export type Key = Pick<Stroke, 'key' | 'code' | 'shift'>;

const codes: Record<string, string> = {
  '-': 'Minus',
  '.': 'Period',
  ' ': 'Space',
  '/': 'Slash',
  ',': 'Comma',
};

/** The keys of an American keyboard. */
export const keysOf = (text: string): Key[] =>
  [...text].map((key) => ({
    key,
    code: codes[key] ?? (/\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`),
    shift: /[A-Z]/.test(key),
  }));

/** A standard normal number, by Box and Muller. */
const normal = fc
  .tuple(fc.double({ min: 1e-6, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([a, b]) => Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b));
const lognormal = (median: number, spread: number) => normal.map((z) => median * Math.exp(spread * z));
const clamp = (from: number, to: number) => (ms: number) => Math.min(to, Math.max(from, ms));

/** Most keys come steadily, some in bursts, and now and then two fingers roll over two keys. */
export const personGaps = (count: number): fc.Arbitrary<number[]> =>
  fc.integer({ min: 90, max: 260 }).chain((pace) => {
    const steady = lognormal(pace, 0.35).map((ms) => [clamp(60, 400)(ms)]);
    const burst = fc.array(lognormal(90, 0.2).map(clamp(60, 140)), { minLength: 2, maxLength: 4 });
    const rolled = fc.tuple(fc.integer({ min: 12, max: 60 }), lognormal(pace, 0.3).map(clamp(80, 400)));
    const bit = fc.oneof(
      { weight: 6, arbitrary: steady },
      { weight: 2, arbitrary: burst },
      { weight: 1, arbitrary: rolled },
    );
    return fc.array(bit, { minLength: count, maxLength: count }).map((bits) => bits.flat().slice(0, count));
  });

const fill = (count: number, gap: fc.Arbitrary<number>) =>
  fc.array(gap, { minLength: count, maxLength: count });

/** By cable: one pace, or a jitter. By Bluetooth: reports of several keys, with pauses between them. */
export const scannerGaps = (count: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.integer({ min: 1, max: 50 }).map((gap) => Array<number>(count).fill(gap)),
    fc
      .integer({ min: 5, max: 40 })
      .chain((gap) => fill(count, fc.integer({ min: Math.ceil(gap / 3), max: gap + 10 }))),
    fc
      .tuple(fc.integer({ min: 3, max: 8 }), fc.integer({ min: 20, max: 160 }))
      .chain(([size, pause]) =>
        fill(count, fc.integer({ min: 0, max: 6 })).map((gaps) =>
          gaps.map((gap, at) => ((at + 1) % size === 0 ? pause : gap)),
        ),
      ),
  );

/** Cheap scanners, and those whose manual was followed to "delay between characters: 70 ms". */
export const slowGaps = (count: number): fc.Arbitrary<number[]> =>
  fc
    .integer({ min: 55, max: 100 })
    .chain((pace) => fill(count, fc.integer({ min: pace - 8, max: pace + 8 })));

interface Setting {
  where?: Where;
  known?: readonly string[];
  learned?: Rhythm | undefined;
}

/** A till that writes down what its scanner engine says. */
export class Recorder {
  readonly scans: Scan[] = [];
  readonly doubts: Scan[] = [];
  readonly typed: string[] = [];
  /** Ends of input that a form would have got. */
  ends = 0;
  at = 10_000;
  readonly scanner: Scanner;

  constructor(private readonly setting: Setting = {}) {
    this.scanner = new Scanner({
      scanned: (scan) => this.scans.push(scan),
      doubted: (scan) => this.doubts.push(scan),
      typed: (strokes) => this.typed.push(...strokes.map(({ key }) => key)),
      isKnown: (readings) => readings.some((code) => setting.known?.includes(code)),
      learned: () => setting.learned,
    });
  }

  get codes(): (string | undefined)[] {
    return this.scans.map(({ readings }) => readings[0]);
  }

  press(key: Partial<Stroke>, gap = 1_000): boolean {
    this.at += gap;
    if (this.scanner.due !== undefined && this.scanner.due <= this.at) this.scanner.settle(this.scanner.due);
    const stroke = { key: '', code: '', shift: false, held: false, repeat: false, where: 'outside' as const };
    return this.scanner.press({ ...stroke, ...this.setting, ...key, at: this.at });
  }

  /** Types the text with these gaps, the last of them before the end. */
  type(keys: readonly Key[], gaps: readonly number[], end?: 'Enter' | 'Tab'): void {
    keys.forEach((key, at) => this.press(key, at === 0 ? 1_000 : gaps[at - 1]));
    if (end && !this.press({ key: end, code: end }, gaps[keys.length - 1])) this.ends += 1;
  }

  /** Lets time pass. */
  wait(ms = 1_000): void {
    this.at += ms;
    if (this.scanner.due !== undefined && this.scanner.due <= this.at) this.scanner.settle(this.scanner.due);
  }
}
