import { TakePayment } from '$contract/sales/payments/payments';
import { Id } from '$contract/values';
import { tolerant } from '$contract/tolerant';
import * as v from 'valibot';
import { stored } from './stored';

const LostPayment = v.object({ id: Id, payment: TakePayment });
type LostPayment = v.InferOutput<typeof LostPayment>;

/**
 * Payments of orders that were sent and have no answer. The customer has paid, and the server may know it: they are kept on the
 * device until it says so, over a reload too.
 */
export class LostPayments {
  readonly #key: string;
  #all = $state.raw<readonly LostPayment[]>([]);

  constructor(personId: string) {
    this.#key = `muster.payments.${personId}`;
  }

  get all(): readonly LostPayment[] {
    return this.#all;
  }

  has(orderId: string): boolean {
    return this.#all.some(({ id }) => id === orderId);
  }

  /** Reads what is kept. Call it in an effect: a server has no device. */
  remember(): void {
    const kept = v.safeParse(tolerant(v.array(LostPayment)), stored(this.#key));
    this.#all = kept.success ? kept.output : [];
  }

  add(id: string, payment: TakePayment): void {
    this.#keep([...this.#all.filter((it) => it.id !== id), { id, payment }]);
  }

  remove(orderId: string): void {
    if (this.has(orderId)) this.#keep(this.#all.filter(({ id }) => id !== orderId));
  }

  #keep(all: readonly LostPayment[]): void {
    this.#all = all;
    if (all.length === 0) localStorage.removeItem(this.#key);
    else localStorage.setItem(this.#key, JSON.stringify(all));
  }
}
