/**
 * Whether keys that followed each other are a scan, by their rhythm. Scanners were measured at 1 to 60 ms a key, with pauses of 150 ms
 * on Bluetooth. People need 120 to 240 ms, less in bursts, and below 50 ms only where two fingers roll over two keys. Between 50 and
 * 120 ms both are possible. docs/decisions/108-a-scan-is-never-a-keystroke.md has the sources.
 */
import type { Where } from './strokes';

/** Gaps up to this may be a scanner's; a longer one ends what may be one code. Milliseconds. */
export const LONGEST_GAP = 120;
/** A scanner that has been quick so far may pause this long, as on Bluetooth. */
export const LONGEST_PAUSE = 250;
/** Evidence that suffices: three gaps of up to 50 ms. */
const ENOUGH = 6;
/** Letters alone in a field for text may be a word: five gaps of up to 50 ms. */
const ENOUGH_FOR_A_WORD = 10;
const QUICK = 50;
/** At a slow scanner's pace a person types prices and quantities, but no six digits. */
const SURELY_LONG = 6;

/** The rhythm of this device's scanner. Milliseconds. */
export interface Rhythm {
  shortest: number;
  longest: number;
}

export interface Run {
  readings: readonly string[];
  /** The gaps between characters. */
  gaps: readonly number[];
  /** The gap before Enter or Tab, if one of them ended the run. */
  end: number | undefined;
  where: Where;
  /** Whether a product has this code. */
  known: boolean;
  learned: Rhythm | undefined;
}

/** What one gap says for a scanner, or against one. */
const evidence = (gap: number): number =>
  gap <= 10 ? 4 : gap <= 25 ? 3 : gap <= QUICK ? 2 : gap <= 80 ? -1 : -2;
const sum = (gaps: readonly number[]): number => gaps.reduce((all, gap) => all + evidence(gap), 0);

/** Whether the gaps so far are so quick that a pause belongs to the same code. */
export const isQuick = (gaps: readonly number[]): boolean => gaps.length >= 2 && sum(gaps) >= ENOUGH;

/** The longest gap within a code of this device's scanner. */
export const longestOf = (learned: Rhythm | undefined): number =>
  Math.max(LONGEST_GAP, learned ? slowest(learned) : 0);

/** @returns "doubt" where only the person knows */
export function judge(run: Run): 'scan' | 'typed' | 'doubt' {
  const { readings, where, known, learned, end } = run;
  const gaps = end === undefined ? run.gaps : [...run.gaps, end];
  const length = run.gaps.length + 1;
  if (length < (end === undefined ? 4 : 3) || !(known || readings.some(isCode))) return 'typed';
  const word = (where === 'text' || where === 'choice') && !known && !isNumbered(readings);
  if (sum(gaps) >= (word ? ENOUGH_FOR_A_WORD : ENOUGH)) return 'scan';
  // Not quick enough to be sure.
  if (length < 4 || word) return 'typed';
  const learnedFits = learned !== undefined && gaps.every((gap) => fits(gap, learned));
  if (!learnedFits && gaps.some((gap) => gap > LONGEST_GAP)) return 'typed';
  // Nothing is lost: no field took the text.
  if (where === 'outside') return 'scan';
  if (learned && !learnedFits) return 'typed';
  if (known || (learnedFits && length >= SURELY_LONG)) return 'scan';
  return where === 'number' || isEven(gaps) ? 'doubt' : 'typed';
}

/** What a scan shows of its scanner. One that is surely quick is recognised without that, pauses and all. */
export function rhythmOf(gaps: readonly number[]): Rhythm {
  const longest = sum(gaps) >= ENOUGH ? QUICK : Math.max(...gaps);
  return { shortest: Math.min(...gaps), longest };
}

/** Scans of one scanner differ a little. */
const slowest = ({ longest }: Rhythm): number => longest * 1.25 + 10;
const fits = (gap: number, learned: Rhythm): boolean =>
  gap >= learned.shortest * 0.6 - 5 && gap <= slowest(learned);

const isEven = (gaps: readonly number[]): boolean => Math.max(...gaps) <= 2 * Math.min(...gaps);

/** Not "++++", which a person presses quickly. */
const isCode = (text: string): boolean =>
  text.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= 3 && new Set(text).size > 1;

const isNumbered = ([typed = '', ...others]: readonly string[]): boolean =>
  /\d/.test(typed) || others.some((text) => text.replaceAll(/\D/g, '').length * 2 >= text.length);
