import type { Break } from '$contract/attendance/attendance';
import type { Receipt } from '$contract/receipts';
import { Command } from '$lib/Command.svelte';
import type { Allowance } from './allowances';
import { type Dependencies, RESTING } from './CheckInOut';

/** The break buttons. */
export class BreakCommand {
  readonly command = new Command<Break>(RESTING);

  constructor(private readonly it: Dependencies) {}

  /** Begins a break of that kind in the open record. */
  async start({ kind, left }: Allowance): Promise<void> {
    const { api, clock, records } = this.it;
    const { open: record, on } = records;
    // The server does not know the record of a guess yet.
    if (!record || on || left === 0 || records.isGuess(record.id)) return;
    const startAt = clock.read();
    const of = { recordId: record.id, personId: record.personId, kind };
    const times = { startAt, endAt: null, dueAt: startAt + left, auto: false };
    await this.command.send(
      ['start', record.id, kind],
      (how, id) => api.attendance['break-start'].$post({ json: { id, recordId: record.id, kind } }, how),
      { ...this.#outcome, guess: (id) => records.guessBreak({ id, ...of, ...times }) },
    );
  }

  /** Ends the running break, or sets the true end of one that ended at its allowance. */
  async end(): Promise<void> {
    const { api, clock, records } = this.it;
    const it = records.on ?? records.overdue;
    if (!it) return;
    const { id } = it;
    const end = { endAt: Math.max(it.startAt, clock.read()), auto: false };
    // An end at the allowance is no “Back”.
    const isDone = ({ endAt, auto }: Break) => endAt !== null && !auto;
    await this.command.send(['end', id], (how) => api.attendance['break-end'].$post({ json: { id } }, how), {
      ...this.#outcome,
      id,
      guess: () => records.guessBreak({ ...it, ...end }),
      isDone,
    });
  }

  /** A break began or ended. If another device did it, the buttons change their meaning, so they rest. */
  take(it: Break, receipt: Receipt): void {
    const { records } = this.it;
    const before = records.on?.id;
    records.takeBreak(it, receipt);
    this.command.settle(it);
    if (records.on?.id !== before) this.command.rest();
  }

  get #outcome() {
    return {
      take: ({ break: it, receipt }: { break: Break; receipt: Receipt }) => this.take(it, receipt),
      refused: this.it.refused,
    };
  }
}
