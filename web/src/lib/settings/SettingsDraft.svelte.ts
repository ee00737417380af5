import type { AllSettings, BreakKind, Settings, SettingsVersion } from '$contract/settings/settings';

/** Settings as they are being written: their own copy, which nothing that arrives meanwhile disturbs. */
export class Draft {
  readonly #from: string;
  settings: Settings;
  when: 'today' | 'later' = $state('today');
  date = $state('');

  constructor(settings: Settings) {
    this.#from = JSON.stringify(settings);
    this.settings = $state(structuredClone(settings));
  }

  get dirty(): boolean {
    return JSON.stringify(this.settings) !== this.#from;
  }

  /** Whether what it was begun from is still what holds. */
  isOf({ current }: AllSettings): boolean {
    return this.#from === JSON.stringify(current);
  }

  version(today: string): SettingsVersion {
    return {
      validFrom: this.when === 'today' ? today : this.date,
      settings: { ...$state.snapshot(this.settings), breaks: named(this.settings.breaks) },
    };
  }

  addBreak(): void {
    this.settings.breaks.push({ kind: '', name: '', minutes: 15 });
  }

  removeBreak(index: number): void {
    this.settings.breaks.splice(index, 1);
  }

  /** Begins with what many countries ask for: half an hour after six hours, then a quarter more after nine. */
  addDeduction(): void {
    const last = this.settings.breakDeductions.at(-1);
    this.settings.breakDeductions.push(
      last
        ? { afterMinutes: last.afterMinutes + 180, minutes: last.minutes + 15 }
        : { afterMinutes: 360, minutes: 30 },
    );
  }

  removeDeduction(index: number): void {
    this.settings.breakDeductions.splice(index, 1);
  }
}

/** A new kind is called after its first name, for ever: breaks that were taken keep their kind when it is renamed. */
function named(kinds: readonly BreakKind[]): BreakKind[] {
  const taken = new Set(kinds.map(({ kind }) => kind));
  return kinds.map((it) => {
    if (it.kind !== '') return { ...it };
    const base = wordOf(it.name);
    let kind = base;
    for (let next = 2; taken.has(kind); next += 1) kind = `${base}_${next}`;
    taken.add(kind);
    return { ...it, kind };
  });
}

function wordOf(name: string): string {
  const word = name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '')
    .slice(0, 25);
  return word === '' ? 'break' : word;
}
