import type { TakePayment } from '$contract/sales/payments/payments';
import type { MemberList, RegistrationChange } from '$contract/sales/registrations/registrations';
import type { ApiClient } from '$lib/api';
import { Command } from '$lib/Command.svelte';
import { fitted } from '$lib/fitted';
import { answerOf } from '$lib/live/network';
import { uuidv7 } from '$lib/uuidv7';
import type { LiveRegistrations } from './LiveRegistrations.svelte';

const blank = { name: '', mobile: '', email: '', sponsor: '', packageId: '' };
type Member = MemberList['members'][number];
/** Fewer characters name too many members. */
const LEAST = 3;

/** Registers one person after the other. The typed text is kept until the server has saved it. */
export class Registering {
  readonly command = new Command();
  typed = $state({ ...blank });
  /** The member who is renewed; undefined for a new one. */
  renewing = $state.raw<Member>();
  /** Those who may be the typed person. */
  members: readonly Member[] = $state.raw([]);
  /** The registration's id. A retry after a lost answer sends the same. */
  #id = uuidv7();
  #done = $state.raw<RegistrationChange>();
  #asked: readonly string[] = [];

  constructor(
    private readonly api: ApiClient,
    private readonly live: () => LiveRegistrations,
  ) {}

  /** The last registration, until the next one begins. */
  get done(): RegistrationChange | undefined {
    return this.#done;
  }

  /** What members are looked for by, first what tells people apart best. */
  get begins(): readonly string[] {
    const { email, mobile, name } = this.typed;
    if (this.renewing) return [];
    return [email, mobile, name].map((text) => text.trim()).filter(({ length }) => length >= LEAST);
  }

  /** Looks for members until there are some. Only the last look counts, and one that fails offers no one. */
  async find(all: readonly string[]): Promise<void> {
    this.#asked = all;
    let members: readonly Member[] = [];
    for (const begins of all) {
      const found = answerOf(this.api.members.$get({ query: { begins } }));
      members = await found.then((it) => it.members).catch(() => []);
      if (this.#asked !== all) return;
      if (members.length > 0) break;
    }
    this.members = members;
  }

  /** Takes the member's name and contacts, and their number with the next registration. @param member undefined for a new one */
  async renew(member: Member | undefined): Promise<void> {
    this.renewing = member;
    this.members = [];
    if (!member) return;
    this.typed.name = member.name;
    const param = { id: member.registrationId };
    const details = await answerOf(this.api.registrations[':id'].$get({ param })).catch(() => undefined);
    if (!details || this.renewing !== member) return;
    const { mobile, email, sponsor } = details.registrant;
    this.typed = { ...this.typed, mobile, email: email ?? '', sponsor: sponsor ?? '' };
  }

  /**
   * @param payment null to pay later
   * @returns whether they are registered
   */
  register(payment: TakePayment | null): Promise<boolean> {
    const { sponsor, email, ...typed } = this.typed;
    const json = {
      id: this.#id,
      ...typed,
      email: email.trim() === '' ? null : email,
      sponsor: sponsor.trim() === '' ? null : sponsor,
      renews: this.renewing?.registrationId ?? null,
      payment,
    };
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
    const { renewing } = this;
    return this.#done ? undefined : { id: this.#id, typed: $state.snapshot(this.typed), renewing };
  }

  set kept(kept: unknown) {
    const form = { id: this.#id, typed: $state.snapshot(this.typed), renewing: this.renewing };
    const { id, typed, renewing } = fitted(form, kept);
    this.#id = id;
    this.typed = typed;
    this.renewing = renewing;
  }

  /** Begins the next one, with the same package. */
  next(): void {
    this.typed = { ...blank, packageId: this.typed.packageId };
    this.#id = uuidv7();
    this.#done = undefined;
    this.renewing = undefined;
    this.members = [];
  }
}
