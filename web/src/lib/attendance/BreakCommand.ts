import type { Break } from '$contract/attendance/attendance';
import type { Receipt } from '$contract/receipts';
import { Command } from '$lib/Command.svelte';
import type { Allowance } from './allowances';
import { type Dependencies, RESTING } from './CheckInOut';

/** The break buttons: off, and back. */
export class BreakCommand {
  readonly command = new Command<Break>(RESTING);

  constructor(private readonly it: Dependencies) {}

  /** Begins a break of that kind in the open record. */
  async start({ kind, left }: Allowance): Promise<void> {
    const { api, clock, records } = this.it;
    const { open: record, on } = records;
    // The server does not know a record yet that is only a guess.
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

  /** Ends the break that is on, or that was assumed to end at its allowance: “Back” sets its true end. */
  async end(): Promise<void> {
    const { api, clock, records } = this.it;
    const it = records.on ?? records.overdue;
    if (!it) return;
    const { id } = it;
    const end = { endAt: Math.max(it.startAt, clock.read()), auto: false };
    // That it ended by itself at its allowance is no “Back”.
    const isDone = ({ endAt, auto }: Break) => endAt !== null && !auto;
    await this.command.send(['end', id], (how) => api.attendance['break-end'].$post({ json: { id } }, how), {
      ...this.#outcome,
      id,
      guess: () => records.guessBreak({ ...it, ...end }),
      isDone,
    });
  }

  /** A break began or ended, perhaps on another device: then its buttons have another meaning. */
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
