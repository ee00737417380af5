import { replaceState } from '$app/navigation';
import { searchKey, searchWords } from '$contract/search-key';
import { DayStatus } from '$contract/attendance/attendance';
import type { BoardRow, Presence } from './rows';

export type Order = 'name' | 'latest';
type Choice = Presence | 'all' | 'past_end' | 'unconfirmed';
/** A status, `unexpected` for none at all, or the empty string for all. */
type StatusChoice = DayStatus | 'unexpected' | '';

const choices: readonly Choice[] = ['all', 'in', 'break', 'out', 'none', 'past_end', 'unconfirmed'];
const statuses: readonly StatusChoice[] = [...DayStatus.options, 'unexpected'];

/** The filters and the order of the rows. The address keeps them, so that they can be shared and survive a reload. */
export class BoardView {
  search = $state('');
  presence = $state<Choice>('all');
  status = $state<StatusChoice>('');
  department = $state('');
  category = $state('');
  order = $state<Order>('name');

  constructor(query: URLSearchParams) {
    this.search = query.get('q') ?? '';
    this.presence = choices.find((each) => each === query.get('state')) ?? 'all';
    this.status = statuses.find((each) => each === query.get('status')) ?? '';
    this.department = query.get('department') ?? '';
    this.category = query.get('category') ?? '';
    this.order = query.get('order') === 'latest' ? 'latest' : 'name';
  }

  clear(): void {
    this.search = '';
    this.presence = 'all';
    this.status = '';
    this.department = '';
    this.category = '';
  }

  /** The rows that match all filters. */
  shown(rows: readonly BoardRow[]): BoardRow[] {
    const found = this.counted(rows).filter((row) => this.#isChosen(row));
    return this.order === 'name' ? found : found.sort((a, b) => b.changedAt - a.changedAt);
  }

  /** The rows that match all filters except presence: the counts of that filter. */
  counted(rows: readonly BoardRow[]): BoardRow[] {
    const words = searchWords(this.search);
    return rows.filter(({ person: { name, department, position, category }, day }) => {
      if (this.department !== '' && department !== this.department) return false;
      if (this.category !== '' && category !== this.category) return false;
      if (this.status !== '' && (day.status ?? 'unexpected') !== this.status) return false;
      const text = searchKey([name, department, position].join(' '));
      return words.every((word) => text.includes(word));
    });
  }

  /** People on a break are still at work. */
  #isChosen({ presence, pastEnd, unconfirmed }: BoardRow): boolean {
    const { presence: chosen } = this;
    if (chosen === 'past_end') return pastEnd !== undefined;
    if (chosen === 'unconfirmed') return unconfirmed;
    return chosen === 'all' || chosen === presence || (chosen === 'in' && presence === 'break');
  }

  /** Writes the filters into the address without loading anything. */
  keep(): void {
    const url = new URL(location.href);
    const all = {
      q: this.search.trim(),
      state: this.presence,
      status: this.status,
      department: this.department,
      category: this.category,
      order: this.order,
    };
    for (const [name, value] of Object.entries(all)) {
      if (value === '' || value === 'all' || value === 'name') url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (url.href !== location.href) replaceState(url, {});
  }
}
