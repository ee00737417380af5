/** Money as people read and type it. Amounts are whole minor units. */
import { minorDigits, Money } from '$contract/money';
import * as v from 'valibot';

const LOCALE = 'en-GB';

export class Amounts {
  readonly #format: Intl.NumberFormat;
  /** Digits after the point. */
  readonly #digits: number;

  /** @param currency ISO 4217, such as EUR */
  constructor(readonly currency: string) {
    this.#format = new Intl.NumberFormat(LOCALE, { style: 'currency', currency });
    this.#digits = minorDigits(currency);
  }

  /** "€" */
  get symbol(): string {
    return this.#format.formatToParts(0).find(({ type }) => type === 'currency')?.value ?? this.currency;
  }

  /** 450 → "€4.50" */
  words(amount: number): string {
    return this.#format.format(amount / 10 ** this.#digits);
  }

  /** 450 → "4.50", for a field. */
  typed(amount: number): string {
    return (amount / 10 ** this.#digits).toFixed(this.#digits);
  }

  /**
   * The typed amount: "4,50", "4.5", "1.234,50", "€ 1,234.50" or "4". Undefined if it is no amount, negative,
   * finer than the currency, or ambiguous ("1,234" of euros).
   */
  read(text: string): number | undefined {
    const plain = this.#bare(text).replace(/(?<=\d)[\s’'](?=\d{3}(?!\d))/g, '');
    const [whole, fraction] = this.#split(plain);
    if (!/^\d+$/.test(whole) || !/^\d*$/.test(fraction) || fraction.length > this.#digits) return undefined;
    const amount = Number(whole + fraction.padEnd(this.#digits, '0'));
    return v.is(Money, amount) ? amount : undefined;
  }

  /** Without the currency before or after it. */
  #bare(text: string): string {
    const typed = text.trim();
    for (const unit of [this.symbol, this.currency]) {
      if (typed.startsWith(unit)) return typed.slice(unit.length).trim();
      if (typed.endsWith(unit)) return typed.slice(0, -unit.length).trim();
    }
    return typed;
  }

  /** The last of two kinds of mark is the decimal point; so is a single mark, unless it groups digits in threes. */
  #split(plain: string): [whole: string, fraction: string] {
    const grouped = /^\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*$/.test(plain);
    const marks = plain.match(/[.,]/g) ?? [];
    if (grouped && (marks.length > 1 || this.#digits === 0)) return [plain.replace(/[.,]/g, ''), ''];
    const point = Math.max(plain.lastIndexOf('.'), plain.lastIndexOf(','));
    if (point === -1) return [plain, ''];
    const [whole, fraction] = [plain.slice(0, point), plain.slice(point + 1)];
    if (marks.length === 1) return [whole === '' && fraction !== '' ? '0' : whole, fraction];
    const other = plain[point] === '.' ? ',' : '.';
    const groups = whole.split(other);
    const inThrees = groups.every((group, at) => (at === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(group));
    return inThrees ? [groups.join(''), fraction] : ['', ''];
  }
}
