import type { MakeMove } from '$contract/sales/moves';
import type { TakePayment, TakeRefund } from '$contract/sales/payments/payments';
import { Registration } from '$contract/sales/registrations/registrations';
import type { ApiClient } from '$lib/api';
import { problemIn } from '$lib/problem';
import { type Answer, type Keyed, Sending } from '$lib/Sending.svelte';
import * as v from 'valibot';
import type { LiveRegistrations } from './LiveRegistrations.svelte';

/** What somebody at a till does with a registration that is there: takes its money, or cancels it. */
export class Moving {
  readonly sending = new Sending();

  constructor(
    private readonly api: ApiClient,
    private readonly live: () => LiveRegistrations,
  ) {}

  /** @returns whether it is paid */
  pay = ({ id, version }: Registration, payment: TakePayment): Promise<boolean> =>
    this.#move(id, { move: 'pay', version, payment }, ['payment']);

  /**
   * @param refund of a paid one only
   * @returns whether it is cancelled
   */
  cancel = ({ id, version }: Registration, reason: string, refund?: TakeRefund): Promise<boolean> =>
    this.#move(id, { move: 'cancel', version, reason, ...(refund && { refund }) }, ['reason']);

  #move(id: string, json: MakeMove, fields: string[]): Promise<boolean> {
    return this.sending.send([id, json], (how) => this.#ask(id, json, how), fields);
  }

  async #ask(id: string, json: MakeMove, how: Keyed): Promise<Answer> {
    const answer = await this.api.registrations[':id'].moves.$post({ param: { id }, json }, how);
    if (answer.ok) {
      const { registration, sale, receipt } = await answer.json();
      this.live().take(registration);
      if (sale) this.live().takeSale(sale, receipt.entry);
      return answer;
    }
    // Whoever was slower is shown how it stands now.
    const problem = await problemIn(answer);
    const now = v.safeParse(Registration, problem.current);
    if (now.success) this.live().take(now.output);
    return { ok: false, status: answer.status, json: () => Promise.resolve(problem) };
  }
}
