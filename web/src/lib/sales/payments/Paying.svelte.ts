/** The parts of a payment while they are typed: what is left, the next part, and whether it is right. */
import { inCoins, type MoneyRules, sum } from '$contract/money';
import type { PaymentMethod, PaymentPart, TakePayment } from '$contract/sales/payments/payments';
import type { Amounts } from '$lib/money';

export class Paying {
  method = $state<PaymentMethod>('cash');
  /** What was given in cash, or the part that another method pays. Empty means all that is left. */
  typed = $state('');
  tip = $state('');
  reference = $state('');
  /** Whether the customer pays in several ways. */
  split = $state(false);
  #parts = $state.raw<readonly PaymentPart[]>([]);

  /** What is left of the goods. */
  readonly left: number = $derived.by(() => this.due() - sum(this.#parts.map(forGoods)));
  readonly cash = $derived(this.method === 'cash');
  /** The tip of the next part; undefined where it is no amount. */
  readonly tipped: number | undefined = $derived.by(() =>
    this.tip.trim() === '' ? 0 : this.amounts().read(this.tip),
  );
  /** What the next part must bring at most for the goods: in cash, what is left in coins. */
  readonly asked: number = $derived.by(() =>
    this.cash ? inCoins(this.left, this.rules().smallestCoin) : this.left,
  );
  /** What the smallest coin adds to, or takes from, what is left. */
  readonly rounding: number = $derived(this.asked - this.left);
  /** What the next part brings in all, with its tip. */
  readonly received: number | undefined = $derived.by(() => {
    if (this.tipped === undefined) return undefined;
    if (this.typed.trim() === '') return this.asked + this.tipped;
    const typed = this.amounts().read(this.typed);
    return typed === undefined ? undefined : this.cash ? typed : typed + this.tipped;
  });
  /** Change if positive, missing if negative. */
  readonly over: number | undefined = $derived.by(() =>
    this.received === undefined || this.tipped === undefined
      ? undefined
      : this.received - this.tipped - this.asked,
  );
  /** Whether the next part pays only a part of what is left. */
  readonly isPart: boolean = $derived.by(() => this.split && this.over !== undefined && this.over < 0);
  readonly wrong: string | undefined = $derived.by(() => {
    const amounts = this.amounts();
    if (this.tipped === undefined) return 'The tip is no amount.';
    if (this.over === undefined) return `Type an amount such as ${amounts.typed(this.asked)}.`;
    if (this.over < 0) return this.split ? this.#wrongPart() : `${amounts.words(-this.over)} is missing.`;
    return this.over > 0 && !this.cash
      ? `Only cash can have change. ${amounts.words(this.left)} is left.`
      : undefined;
  });

  constructor(
    private readonly amounts: () => Amounts,
    private readonly due: () => number,
    private readonly rules: () => Pick<MoneyRules, 'smallestCoin'>,
  ) {}

  /** The parts taken before the next one. */
  get parts(): readonly PaymentPart[] {
    return this.#parts;
  }

  /** Cash pays at most one part. */
  get methods(): readonly PaymentMethod[] {
    const cash = this.#parts.some(({ method }) => method === 'cash');
    return cash ? ['card', 'transfer'] : ['cash', 'card', 'transfer'];
  }

  /** Takes the next part and goes on with what is left. */
  add(): void {
    this.#parts = [...this.#parts, this.#next()];
    [this.typed, this.tip, this.reference] = ['', '', ''];
    if (!this.methods.includes(this.method)) this.method = 'card';
  }

  remove(index: number): void {
    this.#parts = this.#parts.toSpliced(index, 1);
  }

  /** All parts, with the one that is typed. */
  payment(): TakePayment {
    return { parts: [...this.#parts, this.#next()] };
  }

  clear(): void {
    [this.typed, this.tip, this.reference, this.split] = ['', '', '', false];
    this.#parts = [];
  }

  #next(): PaymentPart {
    const reference = this.cash ? null : this.reference.trim() || null;
    return { method: this.method, received: this.received ?? 0, tip: this.tipped ?? 0, reference };
  }

  #wrongPart(): string | undefined {
    const part = (this.received ?? 0) - (this.tipped ?? 0);
    const coin = this.rules().smallestCoin;
    if (part <= 0) return 'A part must be more than 0.';
    return this.cash && part % coin !== 0 ? 'That is no amount in coins.' : undefined;
  }
}

const forGoods = ({ received, tip }: PaymentPart): number => received - tip;
