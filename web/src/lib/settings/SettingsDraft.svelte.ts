import type { BreakKind, Settings, SettingsVersion } from '$contract/settings/settings';
import { Draft } from '$lib/Draft.svelte';
import { fitted } from '$lib/fitted';

/** Settings in a form, and their first day. */
export class SettingsDraft extends Draft<Settings, Settings> {
  when: 'today' | 'later' = $state('today');
  date = $state('');

  constructor(current: Settings) {
    super(current, {
      typedOf: (settings) => structuredClone(settings ?? current),
      versionOf: (settings) => JSON.stringify(settings),
    });
  }

  override get kept(): unknown {
    const { when, date } = this;
    return this.dirty ? { draft: super.kept, when, date } : undefined;
  }

  override set kept(kept: unknown) {
    const { draft, ...first } = fitted({ draft: null, when: this.when, date: this.date }, kept);
    super.kept = draft;
    Object.assign(this, first);
  }

  version(today: string): SettingsVersion {
    return {
      validFrom: this.when === 'today' ? today : this.date,
      settings: { ...$state.snapshot(this.typed), breaks: named(this.typed.breaks) },
    };
  }

  addBreak(): void {
    this.typed.breaks.push({ kind: '', name: '', minutes: 15 });
  }

  /** The usual legal minimum: half an hour after six hours, then a quarter more after nine. */
  addDeduction(): void {
    const last = this.typed.breakDeductions.at(-1);
    this.typed.breakDeductions.push(
      last
        ? { afterMinutes: last.afterMinutes + 180, minutes: last.minutes + 15 }
        : { afterMinutes: 360, minutes: 30 },
    );
  }
}

/** A new kind gets its key from its first name. The key never changes, so that past breaks keep their kind. */
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
