import type { MoveInput } from '$contract/sales/moves';
import type { TakePayment, TakeRefund } from '$contract/sales/payments/payments';
import { Registration, type RegistrationChange } from '$contract/sales/registrations/registrations';
import type { ApiClient } from '$lib/api';
import { Command, type Keyed } from '$lib/Command.svelte';
import { makeMove } from '$lib/sales/makeMove';
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
    this.#move(id, { move: 'pay', version, ...payment }, ['parts']);

  /** @returns whether it is cancelled */
  cancel = ({ id, version }: Registration, reason: string): Promise<boolean> =>
    this.#move(id, { move: 'cancel', version, reason }, ['reason']);

  /** @returns whether the money was given back */
  refund = ({ id, version }: Registration, refund: TakeRefund): Promise<boolean> =>
    this.#move(id, { move: 'refund', version, ...refund }, ['reason', 'lines', 'parts']);

  #move(id: string, input: MoveInput, fields: string[]): Promise<boolean> {
    const ask = (how: Keyed) => makeMove<RegistrationChange>(this.api.registrations[':id'], id, input, how);
    return this.command.send([id, input], ask, {
      fields,
      take: (answer) => this.live().takeAnswer(answer.registration, answer),
      refused: showCurrent(Registration, (row) => this.live().take(row)),
    });
  }
}
