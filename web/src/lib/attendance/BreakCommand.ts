import { type Break, BreakReceipted } from '$contract/attendance/attendance';
import type { Receipt } from '$contract/receipts';
import type { Act } from '$lib/outbox/act';
import { TapButton } from '$lib/outbox/TapButton.svelte';
import { uuidv7 } from '$lib/uuidv7';
import type { Allowance } from './allowances';
import { answersOf, type Dependencies, tappedAt } from './CheckInOut';

const START = 'attendance/break-start';
const END = 'attendance/break-end';

/** The break buttons. */
export class BreakCommand {
  readonly button = new TapButton();

  /** @param leftOf what is left today of a kind's allowance, milliseconds */
  constructor(
    private readonly it: Dependencies,
    private readonly leftOf: (kind: string) => number,
  ) {}

  /** Shows the taps that wait, and takes their answers. @returns to stop */
  start(): () => void {
    const { outbox } = this.it;
    const answers = answersOf(this.it, this.button, BreakReceipted, (done) =>
      this.take(done.break, done.receipt),
    );
    const stops = [
      outbox.handle(START, { ...answers, show: (act) => this.#begun(act) }),
      outbox.handle(END, { ...answers, show: (act) => this.#ended(act) }),
    ];
    return () => stops.forEach((stop) => stop());
  }

  get sending(): boolean {
    const act = this.it.outbox.sending?.act;
    return act === START || act === END;
  }

  /** Begins a break of that kind in the open record. */
  async begin({ kind, left }: Allowance): Promise<void> {
    const { outbox, records } = this.it;
    const { open, on } = records;
    if (!open || on || left === 0 || !this.button.press()) return;
    await outbox.tap(START, { id: uuidv7(), recordId: open.id, kind });
  }

  /** Ends the running break, or sets the true end of one that ended at its allowance. */
  async end(): Promise<void> {
    const { outbox, records } = this.it;
    const it = records.on ?? records.overdue;
    if (it && this.button.press()) await outbox.tap(END, { id: it.id });
  }

  /** A break began or ended. If another device did it, the buttons change their meaning, so they rest. */
  take(it: Break, receipt: Receipt): void {
    const { records, outbox } = this.it;
    const before = records.on?.id;
    records.takeBreak(it, receipt);
    outbox.show();
    if (records.on?.id !== before) this.button.rest();
  }

  #begun(act: Act): { rollback(): void } | undefined {
    const { records } = this.it;
    const record = records.get(String(act.body['recordId']));
    if (!record) return undefined;
    const [id, kind] = [String(act.body['id']), String(act.body['kind'])];
    const startAt = tappedAt(this.it, act);
    const { id: recordId, personId } = record;
    return records.guessBreak({
      id,
      recordId,
      personId,
      kind,
      startAt,
      endAt: null,
      dueAt: startAt + this.leftOf(kind),
      auto: false,
    });
  }

  #ended(act: Act): { rollback(): void } | undefined {
    const { records } = this.it;
    const it = records.breaks.find(({ id }) => id === act.body['id']);
    if (!it) return undefined;
    return records.guessBreak({ ...it, endAt: Math.max(it.startAt, tappedAt(this.it, act)), auto: false });
  }
}
