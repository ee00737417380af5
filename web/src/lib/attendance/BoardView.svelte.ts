import { replaceState } from '$app/navigation';
import type { BoardRow, Presence } from './rows';

export type Order = 'name' | 'latest';
type Choice = Presence | 'all';

const choices: readonly Choice[] = ['all', 'in', 'out', 'none'];

/** Which rows a person wants to see, in what order. Kept in the address, so that it can be shared and survives a reload. */
export class BoardView {
  sought = $state('');
  presence = $state<Choice>('all');
  department = $state('');
  order = $state<Order>('name');

  constructor(query: URLSearchParams) {
    this.sought = query.get('q') ?? '';
    this.presence = choices.find((each) => each === query.get('state')) ?? 'all';
    this.department = query.get('department') ?? '';
    this.order = query.get('order') === 'latest' ? 'latest' : 'name';
  }

  get narrowed(): boolean {
    return this.sought.trim() !== '' || this.presence !== 'all' || this.department !== '';
  }

  clear(): void {
    this.sought = '';
    this.presence = 'all';
    this.department = '';
  }

  /** The rows to show. Everything but the presence filter also decides what `counted` counts. */
  shown(rows: readonly BoardRow[]): BoardRow[] {
    const found = this.counted(rows).filter(
      ({ presence }) => this.presence === 'all' || presence === this.presence,
    );
    return this.order === 'name' ? found : found.sort((a, b) => b.changedAt - a.changedAt);
  }

  counted(rows: readonly BoardRow[]): BoardRow[] {
    const words = fold(this.sought).split(/\s+/u).filter(Boolean);
    return rows.filter(({ person: { name, department, position } }) => {
      if (this.department !== '' && department !== this.department) return false;
      const text = fold([name, department, position].join(' '));
      return words.every((word) => text.includes(word));
    });
  }

  /** Writes the choices into the address without loading anything. */
  keep(): void {
    const url = new URL(location.href);
    const all = {
      q: this.sought.trim(),
      state: this.presence,
      department: this.department,
      order: this.order,
    };
    for (const [name, value] of Object.entries(all)) {
      if (value === '' || value === 'all' || value === 'name') url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    if (url.href !== location.href) replaceState(url, {});
  }
}

/** So that "muller" finds "Müller". */
const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();
