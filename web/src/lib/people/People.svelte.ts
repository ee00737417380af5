import { replaceState } from '$app/navigation';
import { type ListedPerson, type PeoplePage, Person } from '$contract/people/people';
import type { PageDependencies } from '$lib/api';
import { answerOf } from '$lib/live/network';
import type { EventMeta } from '$lib/live/handlers';
import { LiveView } from '$lib/live/LiveView.svelte';
import { type Filter, queryOf } from './filter';

interface Dependencies extends PageDependencies {
  /** The filter of the first page. */
  filter: Filter;
}

const PAGE = 50;
/** The API's limit. */
const MOST = 200;
/** A pause in typing before the list loads. */
const TYPING_MS = 250;

/** The list of people, page by page, live. */
export class People extends LiveView<PeoplePage, Dependencies> {
  filter = $state.raw<Filter>(this.it.filter);
  readonly #rows = this.collect<ListedPerson>(({ people }) => people);
  readonly channel = this.follow('admin.employees', {
    'person.created': [Person, (person, event) => this.#put(person, event)],
    'person.updated': [Person, (person, event) => this.#put(person, event)],
  });
  #more = $state<'idle' | 'loading' | 'failed'>('idle');
  #typing: ReturnType<typeof setTimeout> | undefined;

  readonly rows = $derived.by(() => this.#rows.rows);
  /** The number of matches, and the values to filter by. */
  readonly page = $derived.by(() => this.latest);
  readonly more = $derived.by(() => this.#more);

  override start(): () => void {
    const stop = super.start();
    return () => {
      clearTimeout(this.#typing);
      stop();
    };
  }

  /** When an event last changed this row while the page was live; 0 for never. */
  touchedAt(personId: string): number {
    return this.#rows.touchedAt(personId);
  }

  /** Loads the list after a pause in typing, and writes the filter into the address. */
  search(some: Filter): void {
    this.filter = { ...this.filter, ...some };
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      const url = new URL(location.href);
      url.search = new URLSearchParams(queryOf(this.filter)).toString();
      replaceState(url, {});
      void this.reload();
    }, TYPING_MS);
  }

  async showMore(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last || this.#more === 'loading') return;
    this.#more = 'loading';
    try {
      const page = await this.#page({ after: last.id, limit: String(PAGE) });
      for (const person of page.people) this.#rows.upsert(person);
      this.latest = { ...this.latest, more: page.more, total: page.total };
      this.#more = 'idle';
    } catch {
      this.#more = 'failed';
    }
  }

  protected load(): Promise<PeoplePage> {
    return this.#page({ limit: String(Math.min(MOST, Math.max(PAGE, this.rows.length))) });
  }

  /** A listed person changes in place. Only the server knows who else matches the filter now. */
  #put(person: Person, event: EventMeta): void {
    const known = this.#rows.get(person.id);
    if (known) this.#rows.upsert({ ...known, ...person }, event);
    void this.reload();
  }

  async #page(part: { after?: string; limit: string }): Promise<PeoplePage> {
    return answerOf(this.it.api.people.$get({ query: { ...queryOf(this.filter), ...part } }));
  }
}
