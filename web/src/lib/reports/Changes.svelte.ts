import { addDays } from '$contract/dates';
import { dateIn } from '$contract/zones';
import { events } from '$contract/events';
import type { Cursor, Envelope } from '$contract/wire';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import type { Network } from '$lib/live/network';
import * as v from 'valibot';

const told = events['admin.dashboard'];

/** What a report was asked for, as far as an event tells whether it concerns it. Local dates, both included. */
interface Asked {
  from: string;
  to: string;
  person?: string;
  /** The workplace's, for breaks, which tell no date. */
  zone: string;
}

/** What has changed of a report since it was loaded. It is only counted: nothing is loaded anew under the reader's hands. */
export class Changes {
  readonly #channel: LiveChannel;
  /** One act may tell several things: they have one entry of the journal. */
  #entries = $state.raw<ReadonlySet<number>>(new Set());

  /** @param cursor where `admin.dashboard` stood, no later than when the report was made */
  constructor(cursor: Cursor, asked: Asked, { network, ended }: { network: Network; ended: () => void }) {
    this.#channel = new LiveChannel({
      name: 'admin.dashboard',
      cursor,
      network,
      ended,
      apply: (event) => {
        if (concerns(event, asked)) this.#entries = new Set(this.#entries).add(event.entry);
      },
      reload: async () => {
        // What the log no longer tells counts as one change: nobody knows.
        this.#entries = new Set(this.#entries).add(0);
        const { epoch, heads } = await network.heads(['admin.dashboard']);
        return { epoch, head: heads['admin.dashboard'] ?? 0 };
      },
    });
  }

  /** Follows until the returned function is called. */
  start(): () => void {
    return this.#channel.start();
  }

  get count(): number {
    return this.#entries.size;
  }
}

function concerns({ type, data }: Envelope, { from, to, person, zone }: Asked): boolean {
  const within = (date: string) => date >= from && date <= to;
  const of = (personId: string) => person === undefined || person === personId;
  switch (type) {
    case 'attendance.checked_in':
    case 'attendance.checked_out':
    case 'attendance.updated': {
      const { record } = v.parse(told[type], data);
      return of(record.personId) && within(record.workDate);
    }
    case 'break.updated': {
      const { break: pause } = v.parse(told[type], data);
      const date = dateIn(zone, pause.startAt); // or a night's that began the day before
      return of(pause.personId) && (within(date) || within(addDays(date, -1)));
    }
    case 'day.marked': {
      const mark = v.parse(told[type], data);
      return of(mark.personId) && within(mark.workDate);
    }
    case 'correction.updated': {
      const { correction } = v.parse(told[type], data);
      return of(correction.personId) && (within(correction.from) || within(correction.to));
    }
    case 'days.replaced': {
      const { personId, from: first, to: last } = v.parse(told[type], data);
      return of(personId) && (within(first) || within(last));
    }
  }
  return false;
}
