import { type AttendanceRecord, Receipted } from '$contract/attendance/attendance';
import { type Correction, Proposed, type ReplacedDays } from '$contract/attendance/corrections/corrections';
import { tolerant } from '$contract/tolerant';
import type { Problem } from '$contract/errors';
import type { Receipt } from '$contract/receipts';
import type { Clock } from '$lib/live/Clock.svelte';
import type { Act } from '$lib/outbox/act';
import type { Handler, Outbox } from '$lib/outbox/Outbox.svelte';
import { TapButton } from '$lib/outbox/TapButton.svelte';
import { uuidv7 } from '$lib/uuidv7';
import * as v from 'valibot';
import type { MyPlan } from './MyPlan.svelte';
import type { MyRecords } from './MyRecords.svelte';

const IN = 'attendance/check-in';
const OUT = 'attendance/check-out';

export interface Dependencies {
  clock: Clock;
  records: MyRecords;
  outbox: Outbox;
  refused(problem: Problem): void;
  /** A tap that came too late to count by itself waits for another person's decision. */
  proposed(correction: Correction): void;
}

/** The moment of a tap by the server's clock. */
export const tappedAt = ({ clock, outbox }: Dependencies, act: Act): number => clock.read() - outbox.ago(act);

/** What a button does with the answers to its taps. @param take the outcome of one that counts */
export const answersOf = <Schema extends v.GenericSchema>(
  it: Dependencies,
  button: TapButton,
  schema: Schema,
  take: (done: v.InferOutput<Schema>) => void,
): Omit<Handler, 'show'> => ({
  confirmed: (body) => {
    const waits = v.safeParse(tolerant(Proposed), body);
    if (waits.success) it.proposed(waits.output.proposed);
    else take(v.parse(tolerant(schema), body));
  },
  refused: (problem) => {
    button.explain(problem);
    it.refused(problem);
    return true;
  },
});

/** The check-in and check-out button. It shows the outcome immediately, and rolls it back with the reason if refused. */
export class CheckInOut {
  readonly button = new TapButton();

  constructor(
    private readonly it: Dependencies,
    private readonly personId: string,
    private readonly plan: MyPlan,
  ) {}

  /** Shows the taps that wait, and takes their answers. @returns to stop */
  start(): () => void {
    const { outbox, records } = this.it;
    const answers = answersOf(this.it, this.button, Receipted, ({ record, receipt }) =>
      this.take(record, receipt),
    );
    const stops = [
      outbox.handle(IN, { ...answers, show: (act) => records.guess(this.#begun(act)) }),
      outbox.handle(OUT, { ...answers, show: (act) => this.#ended(act) }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  get sending(): boolean {
    const act = this.it.outbox.sending?.act;
    return act === IN || act === OUT;
  }

  /** Closes the open record, or opens one. A running break ends with its record. */
  async press(): Promise<void> {
    const { open } = this.it.records;
    if (open) return this.checkOut(open.id);
    if (this.button.press()) await this.it.outbox.tap(IN, { id: uuidv7() });
  }

  /** @param id of the open record, or of one that closed automatically */
  async checkOut(id: string): Promise<void> {
    if (this.button.press()) await this.it.outbox.tap(OUT, { id });
  }

  /** A check-in or check-out took effect. */
  take(record: AttendanceRecord, receipt: Receipt): void {
    this.#watch(() => this.it.records.take(record, receipt));
  }

  /** A change without a tap keeps the tap's receipt, except when it confirms the end. */
  update(record: AttendanceRecord, receipt: Receipt): void {
    const unconfirmed = this.it.records.get(record.id)?.unconfirmed;
    if (unconfirmed && !record.unconfirmed && !record.corrected) this.take(record, receipt);
    else this.#watch(() => this.it.records.update(record, receipt));
  }

  replaceDays(days: ReplacedDays, receipt: Receipt): void {
    this.#watch(() => this.it.records.replaceDays(days, receipt));
  }

  /** Another device may change the button's meaning under the thumb, so the button rests. */
  #watch(change: () => void): void {
    const { records, outbox } = this.it;
    const before = records.open?.id;
    change();
    outbox.show();
    if (records.open?.id !== before) this.button.rest();
  }

  #ended(act: Act): { rollback(): void } | undefined {
    const { records } = this.it;
    const record = records.get(String(act.body['id']));
    if (!record) return undefined;
    const outAt = Math.max(tappedAt(this.it, act), record.inAt);
    return records.guess({ ...record, outAt, auto: false, unconfirmed: false });
  }

  #begun(act: Act): AttendanceRecord {
    const { personId, plan } = this;
    const inAt = tappedAt(this.it, act);
    return {
      id: String(act.body['id']),
      personId,
      workDate: plan.times.date(inAt),
      zone: plan.times.zone,
      inAt,
      outAt: null,
      auto: false,
      corrected: false,
      photo: null,
    };
  }
}
