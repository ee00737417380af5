import { sessionChannel } from '$contract/channels';
import { HostedSession } from '$contract/sessions/sessions';
import {
  isOnSheet,
  type LockPreview,
  type SessionSheet,
  type SessionStats,
  statsOf,
  StatsUpdate,
  Attendee,
} from '$contract/sessions/sheet/sheets';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView } from '$lib/live/LiveView.svelte';
import { Times } from '$lib/times';

interface Dependencies extends PageDependencies {
  /** Called when the code changed, ended or was hidden. */
  codeChanged(): void;
}

const RELOAD_MS = 1_000;

/** A person without a mark, or marked by the lock or the end: as the database stores them. */
const bare = {
  status: null,
  method: null,
  at: null,
  by: null,
  reason: null,
  distanceZone: null,
  flags: [],
};

type Row = Attendee & { id: string };
const rowOf = (attendee: Attendee): Row => ({ ...attendee, id: attendee.person.id });

/** A session's list for its hosts, live. All counts are computed from it. */
export class LiveSheet extends LiveView<SessionSheet, Dependencies> {
  readonly times = new Times(this.latest.session.zone);
  readonly #rows = this.collect<Row>(({ attendees }) => attendees.map(rowOf));
  readonly channel = this.follow(sessionChannel(this.latest.session.id), {
    CHECK_IN: [Attendee, (attendee, event) => this.#put(attendee, event)],
    STATS_UPDATE: [
      StatsUpdate,
      ({ marked, method, unmarked }, event) => {
        this.#mark(marked, method, event);
        this.#unmark(unmarked);
      },
    ],
    SESSION_STATUS: [
      HostedSession,
      (session) => {
        this.latest = { ...this.latest, session };
        this.it.codeChanged();
      },
    ],
    CODE_USED: () => this.it.codeChanged(),
    ROSTER_UPDATED: () => this.reloadWithin(RELOAD_MS),
  });

  readonly stats: SessionStats = $derived.by(() => statsOf(this.#rows.rows));
  /** Arrivals, the newest first. */
  readonly arrivals: Attendee[] = $derived.by(() =>
    this.#rows.rows
      .filter(({ status }) => status === 'present' || status === 'late')
      .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0)),
  );
  /** Requests to be let in, the earliest first. */
  readonly asking: Attendee[] = $derived.by(() =>
    this.#rows.rows
      .filter(({ asking }) => asking !== null)
      .toSorted((a, b) => (a.asking?.at ?? 0) - (b.asking?.at ?? 0)),
  );

  get session(): HostedSession {
    return this.latest.session;
  }

  /** Everyone on the list, by name. */
  get attendees(): readonly Attendee[] {
    return this.#rows.rows;
  }

  nameOf(personId: string): string {
    return this.#rows.get(personId)?.person.name ?? 'Someone removed from the list';
  }

  /** When this person's row last changed while this page was open; 0 for never. */
  touchedAt(personId: string): number {
    return this.#rows.touchedAt(personId);
  }

  /** Shows the answer to a command. Its event may have come before. */
  take(session: HostedSession): void {
    if (session.updatedAt >= this.session.updatedAt) this.latest = { ...this.latest, session };
  }

  takeAttendee(attendee: Attendee): void {
    this.#put(attendee);
  }

  protected load(): Promise<SessionSheet> {
    return answerOf(this.it.api.sessions[':id'].attendance.$get({ param: { id: this.session.id } }));
  }

  protected override loaded(): void {
    this.it.codeChanged();
  }

  /** A person off the roster is listed only with a mark or a request. */
  #put(attendee: Attendee, event?: EventMeta): void {
    if (isOnSheet(attendee)) this.#rows.upsert(rowOf(attendee), event);
    else this.#rows.delete(attendee.person.id);
  }

  #mark(
    { absent, excused }: LockPreview,
    method: 'lock' | 'end' | null,
    { at, by }: { at: number; by: string | null },
  ): void {
    const who = this.session.hosts.find(({ id }) => id === by) ?? this.session.lockedBy;
    const whom = who?.id === by ? who : null;
    for (const status of ['absent', 'excused'] as const)
      for (const id of status === 'absent' ? absent : excused) {
        const row = this.#rows.get(id);
        if (row) this.#put({ ...row, ...bare, status, method, at, by: whom });
      }
    // The end makes the lock's marks its own, and drops requests that still wait.
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
}
