import type { OwnParticipation, Session, SessionList } from '$contract/sessions/sessions';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import type { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveView } from '$lib/live/LiveView.svelte';
import { type Answer, Command, type Keyed } from '$lib/Command.svelte';
import { Times } from '$lib/times';

/** What is asked for: local dates, both included, and whose. */
export interface Wanted {
  from: string;
  to: string;
  of: 'mine' | 'all';
}

interface Dependencies extends PageDependencies {
  /** The person's own channel, followed by the layout. */
  own: LiveChannel<`user.${string}`>;
  zone: string;
  query: Wanted;
}

/** Hosts hear at once of what is theirs; a class of hundreds asks for its parts over this long. */
const [SOON_MS, SPREAD_MS] = [1_000, 6_000];

/** The sessions of some dates, live, with one's own part in each. */
export class Sessions extends LiveView<SessionList, Dependencies> {
  readonly times = new Times(this.it.zone);
  readonly command = new Command();
  readonly #rows = this.collect<Session>(({ sessions }) => sessions);
  readonly channel = this.follow('sessions', {
    'session.created': (session, told) => this.#put(session, told),
    'session.updated': (session, told) => this.#put(session, told),
    'session.started': (session, told) => this.#put(session, told),
    'session.ended': (session, told) => this.#put(session, told),
    'session.cancelled': (session, told) => this.#put(session, told),
    'session.locked': (session, told) => this.#put(session, told),
    'session.unlocked': (session, told) => this.#put(session, told),
  });

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

  constructor(snapshot: SessionList, it: Dependencies) {
    super(snapshot, it);
    this.follow(it.own, { 'session.marked': (part) => this.#takePart(part) });
  }

  get date(): string {
    return this.#date;
  }

  part(id: string): SessionList['mine'][string] | undefined {
    return this.latest.mine[id];
  }

  /** How many are expected and came; only for those who may run it. */
  count(id: string): SessionList['counts'][string] | undefined {
    return this.latest.counts[id];
  }

  /** When this session last changed before somebody's eyes; 0 for never. */
  touchedAt(id: string): number {
    return this.#rows.touchedAt(id);
  }

  /** @returns whether it has begun */
  begin(id: string): Promise<boolean> {
    return this.#move(['start', id], (how) =>
      this.it.api.sessions[':id'].start.$post({ param: { id }, json: {} }, how),
    );
  }

  /** @returns whether it is cancelled; else the reason stays to be sent again */
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

  #put(session: Session, told: EventMeta): void {
    const known = this.#rows.get(session.id);
    const { from, to, of } = this.it.query;
    if (known ?? (of === 'all' && session.workDate >= from && session.workDate <= to))
      this.#rows.upsert(session, told);
    // Whose it is, and who was marked, only the server knows.
    if (!known || told.type !== 'session.started')
      this.reloadWithin(this.count(session.id) ? SOON_MS : SPREAD_MS);
  }

  #takePart({ sessionId, status, at }: OwnParticipation): void {
    const { mine } = this.latest;
    const known = mine[sessionId];
    if (known) this.latest = { ...this.latest, mine: { ...mine, [sessionId]: { ...known, status, at } } };
    else this.reloadWithin(SOON_MS);
  }
}

const isOn = ({ state }: Session): boolean => state === 'active';
