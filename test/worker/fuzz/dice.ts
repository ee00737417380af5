/** Chance that a seed repeats, and how much of it: `npm run fuzz` sets both. */
import { env } from 'cloudflare:workers';
import { dice } from '../../sim/dice';

export const SEED = Number(env.MUSTER_FUZZ_SEED) || 1;

/** In the suite, or at night. */
export const amount = (small: number, large: number): number => (env.MUSTER_FUZZ === 'large' ? large : small);

/** How to see a failure again. */
export const again = `again: npm run fuzz -- --seed ${SEED}`;

export class Dice {
  readonly next: () => number;

  constructor(seed: number) {
    this.next = dice(seed);
  }

  chance = (of: number): boolean => this.next() < of;
  /** From `least` up to and including `most`. */
  whole = (least: number, most: number): number => least + Math.floor(this.next() * (most - least + 1));
  one = <T>(of: readonly T[]): T => of[this.whole(0, of.length - 1)] as T;
  shuffled = <T>(of: readonly T[]): T[] =>
    of
      .map((it) => [this.next(), it] as const)
      .sort(([a], [b]) => a - b)
      .map(([, it]) => it);
}
