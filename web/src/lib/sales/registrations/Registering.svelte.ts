import type { TakePayment } from '$contract/sales/payments/payments';
import type { RegistrationChange } from '$contract/sales/registrations/registrations';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import { fitted } from '$lib/fitted';
import { uuidv7 } from '$lib/uuidv7';
import type { LiveRegistrations } from './LiveRegistrations.svelte';

const blank = { name: '', mobile: '', email: '', sponsor: '', packageId: '' };

/** Registers one person after the other. The typed text is kept until the server has saved it. */
export class Registering {
  readonly command = new Command();
  typed = $state({ ...blank });
  /** The registration's id. A retry after a lost answer sends the same. */
  #id = uuidv7();
  #done = $state.raw<RegistrationChange>();

  constructor(
    private readonly api: ApiClient,
    private readonly live: () => LiveRegistrations,
  ) {}

  /** The last registration, until the next one begins. */
  get done(): RegistrationChange | undefined {
    return this.#done;
  }

  /**
   * @param payment null to pay later
   * @returns whether they are registered
   */
  register(payment: TakePayment | null): Promise<boolean> {
    const { sponsor, ...typed } = this.typed;
    const json = { id: this.#id, ...typed, sponsor: sponsor.trim() === '' ? null : sponsor, payment };
    return this.command.send(json, (how) => this.api.registrations.$post({ json }, how), {
      fields: [...Object.keys(blank), 'payment'],
      take: (answer) => {
        this.live().takeAnswer(answer.registration, answer);
        this.#done = answer;
      },
    });
  }

  /** Without the payment: money is typed again. */
  get kept(): unknown {
    return this.#done ? undefined : { id: this.#id, typed: $state.snapshot(this.typed) };
  }

  set kept(kept: unknown) {
    const { id, typed } = fitted({ id: this.#id, typed: $state.snapshot(this.typed) }, kept);
    this.#id = id;
    this.typed = typed;
  }

  /** Begins the next one, with the same package. */
  next(): void {
    this.typed = { ...blank, packageId: this.typed.packageId };
    this.#id = uuidv7();
    this.#done = undefined;
  }
}
