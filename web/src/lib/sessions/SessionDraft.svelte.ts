import { addDays } from '$contract/zones';
import type { Geofence, HostedSession, Named, NewSession, Session } from '$contract/sessions/sessions';
import { Draft } from '$lib/Draft.svelte';
import { Times } from '$lib/times';

const MINUTE = 60_000;
/** Defaults of a new session, minutes. */
const [LONG, STEP] = [90, 15];

/** A typed point and radius; null while empty. */
export type Place = { [Part in keyof Geofence]: number | null };

interface Span {
  date: string;
  from: string;
  to: string;
}
interface Typed extends Span {
  kind: Session['kind'];
  title: string;
  /** Empty for none. */
  courseId: string;
  groups: string[];
  people: Named[];
  hosts: string[];
  room: string;
  late: boolean;
  lateAfter: number | null;
  opensBefore: number | null;
  period: number | null;
  strict: boolean;
  place: Place | null;
}

type First = Span & Pick<Typed, 'people' | 'hosts'>;

/** A session being edited, with times in the workplace's zone. */
export class SessionDraft extends Draft<HostedSession, Typed> {
  private constructor(
    session: HostedSession | undefined,
    readonly times: Times,
    first: First,
  ) {
    super(session, { typedOf: (it) => typedOf(it, times, first) });
  }

  /** A new session that begins at the next quarter of an hour. @param now epoch milliseconds */
  static fresh({ zone, now }: { zone: string; now: number }, host: string): SessionDraft {
    const times = new Times(zone);
    const startsAt = Math.ceil((now + MINUTE) / (STEP * MINUTE)) * STEP * MINUTE;
    const span = spanOf(times, startsAt, startsAt + LONG * MINUTE);
    return new SessionDraft(undefined, times, { people: [], hosts: [host], ...span });
  }

  static of(session: HostedSession, people: readonly Named[]): SessionDraft {
    const times = new Times(session.zone);
    const span = spanOf(times, session.startsAt, session.endsAt);
    return new SessionDraft(session, times, { people: [...people], hosts: [], ...span });
  }

  /** Whether it ends on the next date. */
  get overnight(): boolean {
    const { from, to } = this.typed;
    return to !== '' && from !== '' && to <= from;
  }

  /** Moves the start to this minute and keeps the length. @param now epoch milliseconds */
  beginNow(now: number): void {
    const [from, to] = [this.#startsAt(), this.#endsAt()];
    const startsAt = Math.floor(now / MINUTE) * MINUTE;
    const long = from !== undefined && to !== undefined && to > from ? to - from : LONG * MINUTE;
    Object.assign(this.typed, spanOf(this.times, startsAt, startsAt + long));
  }

  /** Errors of the times, found before sending. Field → words. */
  get troubles(): Readonly<Record<string, string>> {
    const { date, from, to } = this.typed;
    const troubles: Record<string, string> = {};
    const skipped = `There is no such time on this date in ${this.times.zone}.`;
    if (date === '') troubles['date'] = 'Choose a date.';
    if (from === '') troubles['startsAt'] = 'Enter a start time.';
    else if (date && this.#startsAt() === undefined) troubles['startsAt'] = skipped;
    if (to === '') troubles['endsAt'] = 'Enter an end time.';
    else if (date && this.#endsAt() === undefined) troubles['endsAt'] = skipped;
    return troubles;
  }

  /** The request's body. Empty fields are null, and the API reports the missing ones. */
  content(): Omit<NewSession, 'id' | 'start'> {
    const { kind, title, courseId, groups, people, hosts, room, place, ...it } = this.typed;
    return {
      kind,
      title,
      courseId: courseId || null,
      groups: [...groups],
      people: people.map(({ id }) => id),
      hosts: [...hosts],
      room: room.trim() || null,
      startsAt: this.#startsAt() ?? 0,
      endsAt: this.#endsAt() ?? 0,
      lateAfterMinutes: it.late ? (it.lateAfter ?? NaN) : null,
      opensBeforeMinutes: it.opensBefore ?? NaN,
      periodSeconds: it.period ?? NaN,
      strict: it.strict,
      geofence: place && { lat: place.lat ?? NaN, lng: place.lng ?? NaN, radius: place.radius ?? NaN },
    };
  }

  #startsAt(): number | undefined {
    return this.#instant(this.typed.date, this.typed.from);
  }

  #endsAt(): number | undefined {
    return this.#instant(this.overnight ? addDays(this.typed.date, 1) : this.typed.date, this.typed.to);
  }

  #instant(date: string, clock: string): number | undefined {
    return this.times.instant(`${date}T${clock}`);
  }
}

const spanOf = (times: Times, startsAt: number, endsAt: number): Span => ({
  date: times.date(startsAt),
  from: times.clock(startsAt),
  to: times.clock(endsAt),
});

/** @param first initial values of a new session */
const typedOf = (it: HostedSession | undefined, times: Times, first: First): Typed => ({
  ...first,
  ...(it && spanOf(times, it.startsAt, it.endsAt)),
  kind: it?.kind ?? 'class',
  title: it?.title ?? '',
  courseId: it?.course?.id ?? '',
  groups: it?.groups.map(({ id }) => id) ?? [],
  people: [...first.people],
  hosts: it?.hosts.map(({ id }) => id) ?? [...first.hosts],
  room: it?.room ?? '',
  late: it?.lateAfterMinutes !== null,
  lateAfter: it?.lateAfterMinutes ?? 10,
  opensBefore: it?.opensBeforeMinutes ?? 10,
  period: it?.periodSeconds ?? 15,
  strict: it?.strict ?? false,
  place: it?.geofence ? { ...it.geofence } : null,
});
