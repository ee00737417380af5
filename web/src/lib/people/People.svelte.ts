import { replaceState } from '$app/navigation';
import type { ListedPerson, PeoplePage, Person } from '$contract/people/people';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView } from '$lib/live/LiveView.svelte';
import { type Filter, queryOf } from './filter';

interface Dependencies extends PageDependencies {
  /** What the first page was asked for. */
  filter: Filter;
}

const PAGE = 50;
/** The API gives at most this many at once. */
const MOST = 200;
/** So long typing must rest before the list is asked. */
const REST_MS = 250;

/** The list of people, page by page, and live: who is changed changes in place. */
export class People extends LiveView<PeoplePage, Dependencies> {
  filter = $state.raw<Filter>(this.it.filter);
  readonly #rows = this.collect<ListedPerson>(({ people }) => people);
  readonly channel = this.follow('admin.employees', {
    'person.created': (person, told) => this.#put(person, told),
    'person.updated': (person, told) => this.#put(person, told),
  });
  #more = $state<'idle' | 'loading' | 'failed'>('idle');
  #resting: ReturnType<typeof setTimeout> | undefined;

  override start(): () => void {
    const stop = super.start();
    return () => {
      clearTimeout(this.#resting);
      stop();
    };
  }

  get rows(): readonly ListedPerson[] {
    return this.#rows.rows;
  }

  /** How many match, on all pages; what there is to filter by. */
  get page(): Pick<PeoplePage, 'total' | 'more' | 'departments' | 'categories'> {
    return this.latest;
  }

  /** Whether the next page is being fetched, or could not be. */
  get more(): 'idle' | 'loading' | 'failed' {
    return this.#more;
  }

  /** When this person's row last changed before somebody's eyes; 0 for never. */
  touchedAt(personId: string): number {
    return this.#rows.touchedAt(personId);
  }

  /** Looks for others, once typing rests. The address keeps what is looked for. */
  seek(some: Filter): void {
    this.filter = { ...this.filter, ...some };
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      const url = new URL(location.href);
      url.search = new URLSearchParams(queryOf(this.filter)).toString();
      replaceState(url, {});
      void this.reload();
    }, REST_MS);
  }

  async showMore(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last || this.#more === 'loading') return;
    this.#more = 'loading';
    try {
      const page = await this.#ask({ after: last.id, limit: String(PAGE) });
      for (const person of page.people) this.#rows.upsert(person);
      this.latest = { ...this.latest, more: page.more, total: page.total };
      this.#more = 'idle';
    } catch {
      this.#more = 'failed';
    }
  }

  protected load(): Promise<PeoplePage> {
    return this.#ask({ limit: String(Math.min(MOST, Math.max(PAGE, this.rows.length))) });
  }

  /** Somebody on the list changes in place; whether somebody else belongs on it now, only the server knows. */
  #put(person: Person, told: EventMeta): void {
    const known = this.#rows.get(person.id);
    if (known) this.#rows.upsert({ ...known, ...person }, told);
    void this.reload();
  }

  async #ask(part: { after?: string; limit: string }): Promise<PeoplePage> {
    return answerOf(this.it.api.people.$get({ query: { ...queryOf(this.filter), ...part } }));
  }
}
