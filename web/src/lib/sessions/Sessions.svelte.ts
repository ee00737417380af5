import { events } from '$contract/events';
import { OwnPart, type Session, type SessionList } from '$contract/sessions/sessions';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { Clock } from '$lib/Clock.svelte';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import { Renewal } from '$lib/live/Renewal';
import { type Answer, type Keyed, Sending } from '$lib/Sending.svelte';
import { Times } from '$lib/times';
import * as v from 'valibot';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** One's own channel, which the page around follows. */
  own: LiveChannel;
  zone: string;
  /** The session or the right has ended. */
  ended(): void;
}

/** What is asked for: local dates, both included, and whose. */
export interface Wanted {
  from: string;
  to: string;
  of: 'mine' | 'all';
}

/** Hosts hear at once of what is theirs; a class of hundreds asks for its parts over this long. */
const [SOON_MS, SPREAD_MS] = [1_000, 6_000];

/** The sessions of some dates, live, with one's own part in each. */
export class Sessions {
  readonly times: Times;
  readonly clock: Clock;
  readonly channel: LiveChannel;
  readonly sending = new Sending();
  readonly #it: Surroundings;
  readonly #wanted: Wanted;
  readonly #rows: LiveCollection<Session>;
  readonly #renewal = new Renewal(() => this.channel.renew());
  #ownAt: Cursor;
  #mine = $state.raw<SessionList['mine']>({});
  #counts = $state.raw<SessionList['counts']>({});
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());

  readonly #sorted = $derived.by(() =>
    this.#rows.rows.toSorted((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)),
  );
  readonly #date = $derived.by(() => this.times.date(this.clock.minute));
  /** By their dates and not by their states: what starts or ends stays where it is. */
  readonly today = $derived.by(() =>
    this.#sorted.filter((it) => it.workDate === this.#date || (it.workDate < this.#date && isOn(it))),
  );
  readonly coming = $derived.by(() => this.#sorted.filter(({ workDate }) => workDate > this.#date));
  /** The latest first. */
  readonly earlier = $derived.by(() =>
    this.#sorted.filter((it) => it.workDate < this.#date && !isOn(it)).toReversed(),
  );

  constructor(snapshot: SessionList, wanted: Wanted, it: Surroundings) {
    this.#it = it;
    this.#wanted = wanted;
    this.times = new Times(it.zone);
    this.clock = new Clock(snapshot.now);
    this.#rows = new LiveCollection(snapshot.sessions);
    this.#mine = snapshot.mine;
    this.#counts = snapshot.counts;
    this.#ownAt = cursorIn(snapshot.at, this.#it.own.name);
    this.channel = new LiveChannel({
      name: 'sessions',
      cursor: cursorIn(snapshot.at, 'sessions'),
      network: it.network,
      now: () => this.clock.read(),
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
      ended: () => it.ended(),
    });
  }

  /** Follows the clock and the channels until the returned function is called. */
  start(): () => void {
    const leave = this.#it.own.join({
      cursor: this.#ownAt,
      apply: (event) => this.#applyOwn(event),
      reload: async () => {
        await this.#reload();
        return this.#ownAt;
      },
    });
    const stops = [this.clock.start(), this.channel.start(), leave, () => this.#renewal.stop()];
    return () => stops.forEach((stop) => stop());
  }

  get date(): string {
    return this.#date;
  }

  part(id: string): SessionList['mine'][string] | undefined {
    return this.#mine[id];
  }

  /** How many are expected and came; only for those who may run it. */
  count(id: string): SessionList['counts'][string] | undefined {
    return this.#counts[id];
  }

  /** When this session last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#touched.get(id) ?? 0;
  }

  /** @returns whether it has begun */
  begin(id: string): Promise<boolean> {
    return this.#move(['start', id], (how) =>
      this.#it.api.sessions[':id'].start.$post({ param: { id }, json: {} }, how),
    );
  }

  /** @returns whether it is cancelled; else the reason stays to be sent again */
  cancel(id: string, reason: string): Promise<boolean> {
    return this.#move(['cancel', id, reason], (how) =>
      this.#it.api.sessions[':id'].cancel.$post({ param: { id }, json: { reason } }, how),
    );
  }

  #move(what: unknown, ask: (how: Keyed) => Promise<Answer>): Promise<boolean> {
    return this.sending.send(what, ask, ['reason']);
  }

  #apply({ type, data, at }: Envelope, replayed: boolean): void {
    if (!replayed) this.clock.hear(at);
    if (!type.startsWith('session.')) return;
    const told = v.parse(events.sessions['session.updated'], data);
    const known = this.#rows.get(told.id);
    const { from, to, of } = this.#wanted;
    const shown = known ?? (of === 'all' && told.workDate >= from && told.workDate <= to);
    if (shown) this.#rows.upsert(told);
    if (shown && !replayed) this.#touched = new Map(this.#touched).set(told.id, performance.now());
    // Whose it is, and who was marked, only the server knows.
    if (!known || type !== 'session.started')
      this.#renewal.within(this.#counts[told.id] ? SOON_MS : SPREAD_MS);
  }

  #applyOwn({ type, data }: Envelope): void {
    if (type !== 'session.marked') return;
    const { sessionId, status, at } = v.parse(OwnPart, data);
    const known = this.#mine[sessionId];
    if (known) this.#mine = { ...this.#mine, [sessionId]: { ...known, status, at } };
    else this.#renewal.within(SOON_MS);
  }

  async #reload(): Promise<Cursor> {
    const snapshot = await answerOf(this.#it.api.sessions.$get({ query: this.#wanted }));
    this.clock.hear(snapshot.now);
    this.#rows.replace(snapshot.sessions);
    this.#mine = snapshot.mine;
    this.#counts = snapshot.counts;
    this.#ownAt = cursorIn(snapshot.at, this.#it.own.name);
    return cursorIn(snapshot.at, 'sessions');
  }
}

const isOn = ({ state }: Session): boolean => state === 'active';
