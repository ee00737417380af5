/**
 * Tells scans from typing. A scanner is a keyboard for the browser: only rhythm, text and what is known of the device's scanner tell
 * them apart. It has no clock and no page: keys and the time come in, decisions go out.
 */
import { isQuick, judge, longestOf, LONGEST_PAUSE, type Rhythm, rhythmOf } from './rhythm';
import { kindOf, readingsOf, type Stroke } from './strokes';

/** Scanners may send two ends, or a late one. Milliseconds. */
const DEAF_MS = 300;

export interface Scan {
  /** What was scanned, the most likely reading first. */
  readings: readonly string[];
  strokes: readonly Stroke[];
  rhythm: Rhythm;
}

interface On {
  scanned(scan: Scan): void;
  /** Only the person knows whether that was a scan. */
  doubted(scan: Scan): void;
  /** Keys that a person pressed. */
  typed(strokes: readonly Stroke[]): void;
  /** Whether a product has one of these codes. */
  isKnown(readings: readonly string[]): boolean;
  learned(): Rhythm | undefined;
}

export class Scanner {
  #run: Stroke[] = [];
  #gaps: number[] = [];
  /** The last key, which may have been a modifier. */
  #last = -Infinity;
  #deafUntil = -Infinity;
  #taught: ((scan: Scan) => void) | undefined;

  constructor(private readonly on: On) {}

  /** When `settle` is due: nothing that belongs to the same code can follow then. */
  get due(): number | undefined {
    return this.#run.length === 0 ? undefined : this.#last + this.#reach() + 1;
  }

  /** Whether a code may be under way, so that this key must act on no button. */
  isWithin(at: number): boolean {
    return this.#run.length > 0 && at - this.#last <= this.#reach();
  }

  /** @returns whether the key must do nothing */
  press(stroke: Stroke): boolean {
    const { at } = stroke;
    this.settle(at);
    const kind = kindOf(stroke);
    if (kind === 'modifier') {
      if (this.#run.length > 0) this.#last = at;
      return false;
    }
    if (kind === 'end') {
      if (at <= this.#deafUntil) return true;
      return this.#run.length > 0 && this.#end(at, at - this.#last);
    }
    if (kind === 'other') {
      const typed = this.#run;
      this.#run = [];
      this.on.typed([...typed, stroke]);
      return false;
    }
    if (this.#run.length === 0) this.#gaps = [];
    else this.#gaps.push(at - this.#last);
    this.#run.push(stroke);
    this.#last = at;
    return false;
  }

  /** Decides about keys that nothing can follow any more. */
  settle(at: number): void {
    if (this.#run.length > 0 && !this.isWithin(at)) this.#end(at, undefined);
  }

  /** The next code shows the rhythm of this device's scanner. @returns stops waiting for it */
  teach(taught: (scan: Scan) => void): () => void {
    this.#taught = taught;
    return () => (this.#taught = undefined);
  }

  #reach(): number {
    return this.#taught || isQuick(this.#gaps) ? LONGEST_PAUSE : longestOf(this.on.learned());
  }

  /** @returns whether the key that ended the run must do nothing */
  #end(at: number, end: number | undefined): boolean {
    const [strokes, gaps] = [this.#run, this.#gaps];
    this.#run = [];
    const readings = readingsOf(strokes);
    const all = end === undefined ? gaps : [...gaps, end];
    const scan = { readings, strokes, rhythm: rhythmOf(all) };
    const taught = strokes.length >= 4 ? this.#taught : undefined;
    const known = this.on.isKnown(readings);
    const { where = 'outside' } = strokes.at(-1) ?? {};
    const verdict = taught
      ? 'scan'
      : judge({ readings, gaps, end, where, known, learned: this.on.learned() });
    if (verdict === 'typed') {
      this.on.typed(strokes);
      return false;
    }
    this.#deafUntil = at + DEAF_MS;
    if (taught) taught(scan);
    else if (verdict === 'scan') this.on.scanned(scan);
    else this.on.doubted(scan);
    return true;
  }
}
