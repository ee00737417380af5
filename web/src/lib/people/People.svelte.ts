import { replaceState } from '$app/navigation';
import { events } from '$contract/events';
import type { ListedPerson, PeoplePage } from '$contract/people/people';
import type { Cursor, Envelope } from '$contract/wire';
import type { ApiClient } from '$lib/api';
import { cursorIn } from '$lib/live/cursor';
import { answerOf } from '$lib/live/answer';
import { LiveChannel } from '$lib/live/LiveChannel.svelte';
import { LiveCollection } from '$lib/live/LiveCollection.svelte';
import type { Network } from '$lib/live/network';
import * as v from 'valibot';
import { type Filter, queryOf } from './filter';

interface Surroundings {
  api: ApiClient;
  network: Network;
  /** The session or the right has ended. */
  ended(): void;
}

const PAGE = 50;
/** The API gives at most this many at once. */
const MOST = 200;
/** So long typing must rest before the list is asked. */
const REST_MS = 250;

/** The list of people, page by page, and live: who is changed changes in place. */
export class People {
  readonly channel: LiveChannel;
  filter = $state.raw<Filter>({});
  readonly #api: ApiClient;
  readonly #rows: LiveCollection<ListedPerson>;
  #page = $state.raw<Pick<PeoplePage, 'total' | 'more' | 'departments' | 'categories'>>({
    total: 0,
    more: false,
    departments: [],
    categories: [],
  });
  #more = $state<'idle' | 'loading' | 'failed'>('idle');
  #touched = $state.raw<ReadonlyMap<string, number>>(new Map());
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(first: PeoplePage, filter: Filter, { api, network, ended }: Surroundings) {
    this.#api = api;
    this.#page = first;
    this.filter = filter;
    this.#rows = new LiveCollection(first.people);
    this.channel = new LiveChannel({
      name: 'admin.employees',
      cursor: cursorIn(first.at, 'admin.employees'),
      network,
      ended,
      apply: (event, { replayed }) => this.#apply(event, replayed),
      reload: () => this.#reload(),
    });
  }

  start(): () => void {
    const stop = this.channel.start();
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
    return this.#page;
  }

  /** Whether the next page is being fetched, or could not be. */
  get more(): 'idle' | 'loading' | 'failed' {
    return this.#more;
  }

  /** When this person's row last changed before somebody's eyes; 0 for never. */
  touchedAt(personId: string): number {
    return this.#touched.get(personId) ?? 0;
  }

  /** Looks for others, once typing rests. The address keeps what is looked for. */
  seek(some: Filter): void {
    this.filter = { ...this.filter, ...some };
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      const url = new URL(location.href);
      url.search = new URLSearchParams(queryOf(this.filter)).toString();
      replaceState(url, {});
      this.channel.renew();
    }, REST_MS);
  }

  async showMore(): Promise<void> {
    const last = this.rows.at(-1);
    if (!last || this.#more === 'loading') return;
    this.#more = 'loading';
    try {
      const page = await this.#ask({ after: last.id, limit: String(PAGE) });
      for (const person of page.people) this.#rows.upsert(person);
      this.#page = { ...this.#page, more: page.more, total: page.total };
      this.#more = 'idle';
    } catch {
      this.#more = 'failed';
    }
  }

  /** Somebody on the list changes in place; whether somebody else belongs on it now, only the server knows. */
  #apply({ type, data }: Envelope, replayed: boolean): void {
    if (type !== 'person.created' && type !== 'person.updated') return;
    const person = v.parse(events['admin.employees'][type], data);
    const known = this.#rows.get(person.id);
    if (known) this.#rows.upsert({ ...known, ...person });
    if (known && !replayed) this.#touched = new Map(this.#touched).set(person.id, performance.now());
    this.channel.renew();
  }

  async #reload(): Promise<Cursor> {
    const page = await this.#ask({ limit: String(Math.min(MOST, Math.max(PAGE, this.rows.length))) });
    this.#page = page;
    this.#rows.replace(page.people);
    return cursorIn(page.at, 'admin.employees');
  }

  async #ask(part: { after?: string; limit: string }): Promise<PeoplePage> {
    return answerOf(this.#api.people.$get({ query: { ...queryOf(this.filter), ...part } }));
  }
}
