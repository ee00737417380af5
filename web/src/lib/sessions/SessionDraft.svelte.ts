import { addDays } from '$contract/dates';
import type { Geofence, HostedSession, Named, NewSession, Session } from '$contract/sessions/sessions';
import { Times } from '$lib/times';

const MINUTE = 60_000;
/** What a new session is unless somebody says otherwise: minutes. */
const [LONG, STEP] = [90, 15];

/** A point and a radius as they are typed: none yet is null. */
export type Place = { [Part in keyof Geofence]: number | null };

/** A session as it is being written, by the workplace's clock: its own copy, which nothing that arrives meanwhile disturbs. */
export class SessionDraft {
  readonly times: Times;
  kind = $state<Session['kind']>('class');
  title = $state('');
  /** The empty string is none. */
  courseId = $state('');
  groups = $state<string[]>([]);
  people = $state<Named[]>([]);
  hosts = $state<string[]>([]);
  room = $state('');
  date = $state('');
  from = $state('');
  to = $state('');
  late = $state(true);
  lateAfter = $state<number | null>(10);
  opensBefore = $state<number | null>(10);
  period = $state<number | null>(15);
  strict = $state(false);
  place = $state<Place | null>(null);
  /** The `updatedAt` that the form began with. */
  seenAt = $state(0);

  private constructor(zone: string) {
    this.times = new Times(zone);
  }

  /** One that begins at the next quarter of an hour. @param now epoch milliseconds */
  static fresh({ zone, now }: { zone: string; now: number }, host: string): SessionDraft {
    const draft = new SessionDraft(zone);
    const startsAt = Math.ceil((now + MINUTE) / (STEP * MINUTE)) * STEP * MINUTE;
    draft.#setTimes(startsAt, startsAt + LONG * MINUTE);
    draft.hosts = [host];
    return draft;
  }

  static of(session: HostedSession, people: readonly Named[]): SessionDraft {
    const draft = new SessionDraft(session.zone);
    const { kind, title, course, groups, hosts, room, lateAfterMinutes, strict, geofence } = session;
    Object.assign(draft, { kind, title, strict, courseId: course?.id ?? '', room: room ?? '' });
    draft.groups = groups.map(({ id }) => id);
    draft.people = [...people];
    draft.hosts = hosts.map(({ id }) => id);
    draft.#setTimes(session.startsAt, session.endsAt);
    draft.late = lateAfterMinutes !== null;
    draft.lateAfter = lateAfterMinutes ?? 10;
    draft.opensBefore = session.opensBeforeMinutes;
    draft.period = session.periodSeconds;
    draft.place = geofence && { ...geofence };
    draft.seenAt = session.updatedAt;
    return draft;
  }

  /** Whether the end is on the date after the start's. */
  get overnight(): boolean {
    return this.to !== '' && this.from !== '' && this.to <= this.from;
  }

  /** It begins at this very minute, and lasts as long as was planned. @param now epoch milliseconds */
  beginNow(now: number): void {
    const [from, to] = [this.#instant(this.date, this.from), this.#endsAt()];
    const startsAt = Math.floor(now / MINUTE) * MINUTE;
    const long = from !== undefined && to !== undefined && to > from ? to - from : LONG * MINUTE;
    this.#setTimes(startsAt, startsAt + long);
  }

  /** What is wrong with the times before anybody is asked. Field → words. */
  get troubles(): Readonly<Record<string, string>> {
    const troubles: Record<string, string> = {};
    const skipped = `There is no such time on this date in ${this.times.zone}.`;
    if (this.date === '') troubles['date'] = 'Choose a date.';
    if (this.from === '') troubles['startsAt'] = 'Enter a start time.';
    else if (this.date && this.#instant(this.date, this.from) === undefined) troubles['startsAt'] = skipped;
    if (this.to === '') troubles['endsAt'] = 'Enter an end time.';
    else if (this.date && this.#endsAt() === undefined) troubles['endsAt'] = skipped;
    return troubles;
  }

  /** As the API takes it. What is empty goes as null, and the API says what is missing. */
  content(): Omit<NewSession, 'id' | 'start'> {
    const place = this.place;
    return {
      ...{ kind: this.kind, title: this.title, courseId: this.courseId || null, groups: [...this.groups] },
      ...{ people: this.people.map(({ id }) => id), hosts: [...this.hosts], room: this.room.trim() || null },
      ...{ startsAt: this.#instant(this.date, this.from) ?? 0, endsAt: this.#endsAt() ?? 0 },
      lateAfterMinutes: this.late ? (this.lateAfter ?? NaN) : null,
      ...{ opensBeforeMinutes: this.opensBefore ?? NaN, periodSeconds: this.period ?? NaN },
      strict: this.strict,
      geofence: place && { lat: place.lat ?? NaN, lng: place.lng ?? NaN, radius: place.radius ?? NaN },
    };
  }

  #setTimes(startsAt: number, endsAt: number): void {
    this.date = this.times.date(startsAt);
    this.from = this.times.clock(startsAt);
    this.to = this.times.clock(endsAt);
  }

  #endsAt(): number | undefined {
    return this.#instant(this.overnight ? addDays(this.date, 1) : this.date, this.to);
  }

  #instant(date: string, clock: string): number | undefined {
    return this.times.instant(`${date}T${clock}`);
  }
}

/** The fields beside which the form shows what is wrong. */
export const fields = [
  ...['kind', 'title', 'courseId', 'groups', 'people', 'hosts', 'room', 'startsAt', 'endsAt'],
  ...['lateAfterMinutes', 'opensBeforeMinutes', 'periodSeconds', 'geofence'],
];
