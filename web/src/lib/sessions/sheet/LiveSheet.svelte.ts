import { sessionChannel } from '$contract/channels';
import { events } from '$contract/events';
import type { HostedSession } from '$contract/sessions/sessions';
import {
  type Attendee,
  isOnSheet,
  type LockPreview,
  type SessionSheet,
  type SessionStats,
  statsOf,
} from '$contract/sessions/sheet/sheets';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import { Renewal } from '$lib/live/Renewal';
import { Times } from '$lib/times';
import * as v from 'valibot';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** Another code holds now, or none, or it is hidden. */
  codeChanged(): void;
  /** The session or the right has ended. */
  ended(): void;
}

const told = events.session;
const RENEW_MS = 1_000;

/** Somebody of whom nothing is known yet, or whom the lock or the end has marked: as the database has them then. */
const bare = {
  ...{ status: null, method: null, at: null, by: null, reason: null, band: null },
  flags: [],
};

type Row = Attendee & { id: string };
const rowOf = (attendee: Attendee): Row => ({ ...attendee, id: attendee.person.id });

/** A session's list as its hosts see it, live. Every number is counted from it. */
export class LiveSheet {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly #api: ApiClient;
  readonly #codeChanged: () => void;
  readonly #rows: LiveCollection<Row>;
  readonly #renewal = new Renewal(() => this.channel.renew());
  #session: HostedSession;
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());

  readonly stats: SessionStats = $derived.by(() => statsOf(this.#rows.rows));
  /** Who came, the newest first. */
  readonly arrivals: Attendee[] = $derived.by(() =>
    this.#rows.rows
      .filter(({ status }) => status === 'present' || status === 'late')
      .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0)),
  );
  /** Who asks to be let in, the first to ask first. */
  readonly asking: Attendee[] = $derived.by(() =>
    this.#rows.rows
      .filter(({ asking }) => asking !== null)
      .toSorted((a, b) => (a.asking?.at ?? 0) - (b.asking?.at ?? 0)),
  );

  constructor(snapshot: SessionSheet, { api, network, codeChanged, ended }: Surroundings) {
    this.#api = api;
    this.#codeChanged = codeChanged;
    this.#session = $state.raw(snapshot.session);
    this.times = new Times(snapshot.session.zone);
    this.clock = new Clock(snapshot.now);
    this.#rows = new LiveCollection(snapshot.attendees.map(rowOf));
    this.channel = new LiveChannel({
      name: sessionChannel(snapshot.session.id),
      cursor: cursorIn(snapshot.at, sessionChannel(snapshot.session.id)),
      network,
      now: () => this.clock.read(),
      reload: () => this.#reload(),
      apply: (event, how) => this.#apply(event, how.replayed),
      ended,
    });
  }

  /** Follows the clock and the channel until the returned function is called. */
  start(): () => void {
    const stops = [this.clock.start(), this.channel.start()];
    return () => {
      this.#renewal.stop();
      stops.forEach((stop) => stop());
    };
  }

  get session(): HostedSession {
    return this.#session;
  }

  /** Everyone on the list, by name. */
  get attendees(): readonly Attendee[] {
    return this.#rows.rows;
  }

  nameOf(personId: string): string {
    return this.#rows.get(personId)?.person.name ?? 'Somebody who has left the list';
  }

  /** When this person's row last changed before somebody's eyes; 0 for never. */
  touchedAt(personId: string): number {
    return this.#touched.get(personId) ?? 0;
  }

  /** The answer to what a host did; its event may have come before. */
  take(session: HostedSession): void {
    if (session.updatedAt >= this.#session.updatedAt) this.#session = session;
  }

  takeAttendee(attendee: Attendee): void {
    this.#put(attendee);
  }

  #apply({ type, data, at, by }: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(at);
    switch (type) {
      case 'CHECK_IN': {
        const attendee = v.parse(told.CHECK_IN, data);
        this.#put(attendee);
        if (!replayed) this.#touched = new Map(this.#touched).set(attendee.person.id, performance.now());
        return;
      }
      case 'STATS_UPDATE': {
        const { marked, method, unmarked } = v.parse(told.STATS_UPDATE, data);
        this.#mark(marked, method, { at, by });
        this.#unmark(unmarked);
        return;
      }
      case 'SESSION_STATUS':
        this.#session = v.parse(told.SESSION_STATUS, data);
        this.#codeChanged();
        return;
      case 'CODE_USED':
        this.#codeChanged();
        return;
      case 'ROSTER_UPDATED':
        this.#renewal.within(RENEW_MS);
    }
  }

  /** Whoever the roster does not name stands here only while there is something to say of them. */
  #put(attendee: Attendee): void {
    if (isOnSheet(attendee)) this.#rows.upsert(rowOf(attendee));
    else this.#rows.delete(attendee.person.id);
  }

  #mark(
    { absent, excused }: LockPreview,
    method: 'lock' | 'end' | null,
    { at, by }: { at: number; by: string | null },
  ): void {
    const who = this.#session.hosts.find(({ id }) => id === by) ?? this.#session.lockedBy;
    const whom = who?.id === by ? who : null;
    for (const status of ['absent', 'excused'] as const)
      for (const id of status === 'absent' ? absent : excused) {
        const row = this.#rows.get(id);
        if (row) this.#put({ ...row, ...bare, status, method, at, by: whom });
      }
    // The end makes the lock's marks its own, and answers whoever still asked.
    if (method !== 'end') return;
    for (const row of this.#rows.rows)
      if (row.method === 'lock' || row.asking)
        this.#put({ ...row, method: row.method === 'lock' ? 'end' : row.method, asking: null });
  }

  #unmark(ids: readonly string[]): void {
    for (const id of ids) {
      const row = this.#rows.get(id);
      if (row) this.#put({ ...row, ...bare });
    }
  }

  async #reload(): Promise<Cursor> {
    const snapshot = await answerOf(
      this.#api.sessions[':id'].attendance.$get({ param: { id: this.#session.id } }),
    );
    this.clock.hear(snapshot.now);
    this.#session = snapshot.session;
    this.#rows.replace(snapshot.attendees.map(rowOf));
    this.#codeChanged();
    return cursorIn(snapshot.at, sessionChannel(snapshot.session.id));
  }
}
