import { type SessionList, OwnParticipation, type Session, SessionPulse } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import { Times } from '$lib/times';

/** The requested local dates, both included, and whose sessions. */
export interface ListQuery {
  from: string;
  to: string;
  of: 'mine' | 'all';
}

interface Dependencies extends PageDependencies {
  /** The person's own channel, followed by the layout. */
  own: LiveChannel<`user.${string}`>;
  zone: string;
  query: ListQuery;
}

/** Hosts reload immediately; the reloads of a large class are spread over this time. */
const [SOON_MS, SPREAD_MS] = [1_000, 6_000];

/** The sessions of some dates, live, with the person's own participation. */
export class Sessions extends LiveView<SessionList, Dependencies> {
  readonly times = new Times(this.it.zone);
  readonly command = new Command();
  readonly #rows = this.collect<Session>(({ sessions }) => sessions);
  readonly channel = this.follow('sessions', {
    'session.changed': [SessionPulse, (pulse, event) => this.#put(pulse, event)],
  });

  readonly #sorted = $derived.by(() =>
    this.#rows.rows.toSorted((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1)),
  );
  readonly #date = $derived.by(() => this.times.date(this.clock.minute));
  /** Grouped by date, not by state, so that a start or end moves no row. */
  readonly today = $derived.by(() =>
    this.#sorted.filter((it) => it.workDate === this.#date || (it.workDate < this.#date && isOn(it))),
  );
  readonly coming = $derived.by(() => this.#sorted.filter(({ workDate }) => workDate > this.#date));
  /** The latest first. */
  readonly earlier = $derived.by(() =>
    this.#sorted.filter((it) => it.workDate < this.#date && !isOn(it)).toReversed(),
  );

  constructor(snapshot: SessionList, it: Dependencies) {
    super(snapshot, it);
    this.follow(it.own, { 'session.marked': [OwnParticipation, (part) => this.#takeParticipation(part)] });
  }

  get date(): string {
    return this.#date;
  }

  participation(id: string): SessionList['mine'][string] | undefined {
    return this.latest.mine[id];
  }

  /** How many are expected and came; only for people who may host it. */
  count(id: string): SessionList['counts'][string] | undefined {
    return this.latest.counts[id];
  }

  /** When this session last changed while this page was open; 0 for never. */
  touchedAt(id: string): number {
    return this.#rows.touchedAt(id);
  }

  begin(id: string): Promise<boolean> {
    return this.#move(['start', id], (how) =>
      this.it.api.sessions[':id'].start.$post({ param: { id }, json: {} }, how),
    );
  }

  /** @returns whether it is cancelled; if not, the form keeps its reason */
  cancel(id: string, reason: string): Promise<boolean> {
    return this.#move(['cancel', id, reason], (how) =>
      this.it.api.sessions[':id'].cancel.$post({ param: { id }, json: { reason } }, how),
    );
  }

  #move(what: unknown, ask: (how: Keyed) => Promise<Answer>): Promise<boolean> {
    return this.command.send(what, ask, { fields: ['reason'] });
  }

  protected load(): Promise<SessionList> {
    return answerOf(this.it.api.sessions.$get({ query: this.it.query }));
  }

  #put(pulse: SessionPulse, event: EventMeta): void {
    const known = this.#rows.get(pulse.id);
    if (known) this.#rows.upsert({ ...known, ...pulse }, event);
    // Only the server knows to whom it belongs, what it is and who was marked. A start changes none of these.
    const starts = known?.state === 'scheduled' && isOn(pulse);
    const soon = this.count(pulse.id) ?? this.it.query.of === 'all';
    if (!starts) this.reloadWithin(soon ? SOON_MS : SPREAD_MS);
  }

  #takeParticipation({ sessionId, status, at }: OwnParticipation): void {
    const { mine } = this.latest;
    const known = mine[sessionId];
    if (known) this.latest = { ...this.latest, mine: { ...mine, [sessionId]: { ...known, status, at } } };
    else this.reloadWithin(SOON_MS);
  }
}

const isOn = ({ state }: Pick<Session, 'state'>): boolean => state === 'active';
