import type { MakeMove } from '$contract/sales/moves';
import type { TakePayment, TakeRefund } from '$contract/sales/payments/payments';
import { Registration } from '$contract/sales/registrations/registrations';
import type { ApiClient } from '$lib/api';
import { Command, type Keyed } from '$lib/Command.svelte';
import { showCurrent } from '$lib/sales/showCurrent';
import type { LiveRegistrations } from './LiveRegistrations.svelte';

/** A cashier's commands for a registration: payment and cancellation. */
export class Cashier {
  readonly command = new Command();

  constructor(
    private readonly api: ApiClient,
    private readonly live: () => LiveRegistrations,
  ) {}

  /** @returns whether it is paid */
  pay = ({ id, version }: Registration, payment: TakePayment): Promise<boolean> =>
    this.#move(id, { move: 'pay', version, payment }, ['payment']);

  /**
   * @param refund only for a paid registration
   * @returns whether it is cancelled
   */
  cancel = ({ id, version }: Registration, reason: string, refund?: TakeRefund): Promise<boolean> =>
    this.#move(id, { move: 'cancel', version, reason, ...(refund && { refund }) }, ['reason']);

  #move(id: string, json: MakeMove, fields: string[]): Promise<boolean> {
    const ask = (how: Keyed) => this.api.registrations[':id'].moves.$post({ param: { id }, json }, how);
    return this.command.send([id, json], ask, {
      fields,
      take: (answer) => this.live().takeAnswer(answer.registration, answer),
      refused: showCurrent(Registration, (row) => this.live().take(row)),
    });
  }
}
