/** What is typed, over the reload that brings a new version. */
import { describe, expect, it } from 'vitest';
import { Draft } from '$lib/Draft.svelte';
import { fitted } from '$lib/fitted';
import { Kept } from '$lib/kept';
import { SettingsDraft } from '$lib/settings/SettingsDraft.svelte';
import { defaultSettings } from '$contract/settings/settings';

/** A tab's storage, whose entries are properties of the object. */
class Tab implements Storage {
  [name: string]: unknown;
  constructor() {
    this['another feature'] = 'stays';
  }
  get length(): number {
    return Object.keys(this).length;
  }
  key(at: number): string | null {
    return Object.keys(this)[at] ?? null;
  }
  getItem(name: string): string | null {
    return Object.hasOwn(this, name) ? String(this[name]) : null;
  }
  setItem(name: string, text: string): void {
    this[name] = text;
  }
  removeItem(name: string): void {
    Reflect.deleteProperty(this, name);
  }
  clear(): void {
    for (const name of Object.keys(this)) this.removeItem(name);
  }
}

describe('a tab', () => {
  it('gives a form what was kept for it once', () => {
    const tab = new Tab();
    new Kept(tab, 'ada', '/till').put('cart', { lines: 2 });
    const [first, second] = [1, 2].map(() => new Kept(tab, 'ada', '/till').take('cart'));
    expect([first, second]).toEqual([{ lines: 2 }, undefined]);
  });

  it('gives no other person, page or form what was kept, and forgets it', () => {
    const tab = new Tab();
    new Kept(tab, 'ada', '/till').put('cart', 1);
    for (const [person, page, name] of [
      ['ben', '/till', 'cart'],
      ['ada', '/till?day=1', 'cart'],
      ['ada', '/till', 'note'],
    ] as const)
      expect(new Kept(tab, person, page).take(name)).toBeUndefined();
    new Kept(tab, 'ada', '/till').dropOthers();
    expect(tab.length).toBe(2);
    new Kept(tab, 'ben', '/till').dropOthers();
    expect(Object.keys(tab)).toEqual(['another feature']);
  });

  it('forgets all of it after a sign-out', () => {
    const tab = new Tab();
    new Kept(tab, 'ada', '/till').put('cart', 1);
    new Kept(tab, 'ada', '/sessions').put('session', 1);
    new Kept(tab, undefined, '/login').dropOthers();
    expect(Object.keys(tab)).toEqual(['another feature']);
  });
});

it('a form of a newer version takes what still fits, and its own values elsewhere', () => {
  const now = { name: '', size: 1, lines: [{ id: '', count: 0 }], limit: null, added: 'new' };
  const kept = { name: 'Tea', size: 'large', lines: [{ id: 'a', gone: 1 }], limit: 5, removed: true };
  expect(fitted(now, kept)).toEqual({
    name: 'Tea',
    size: 1,
    lines: [{ id: 'a', count: 0 }],
    limit: 5,
    added: 'new',
  });
  for (const wrong of ['text', 3, []]) expect(fitted(now, wrong)).toEqual(now);
  expect(fitted(now.lines, { length: 1 })).toEqual(now.lines);
});

describe('a draft', () => {
  interface Row {
    name: string;
    version: number;
  }
  const begin = (row?: Row) =>
    new Draft<Row, { name: string }>(row, {
      typedOf: (it) => ({ name: it?.name ?? '' }),
      versionOf: ({ version }) => version,
    });
  const reloaded = (kept: unknown): unknown => JSON.parse(JSON.stringify(kept));

  it('continues after a reload, and still finds that another person changed the row', () => {
    const before = begin({ name: 'Tea', version: 1 });
    before.typed.name = 'Mint tea';
    const newer = { name: 'Green tea', version: 2 };
    const after = begin(newer);
    after.kept = reloaded(before.kept);
    expect([after.typed.name, after.dirty, after.isOlderThan(newer)]).toEqual(['Mint tea', true, true]);
  });

  it('of a new row stays one', () => {
    const before = begin();
    before.typed.name = 'Mint tea';
    const after = begin();
    after.kept = reloaded(before.kept);
    expect([after.typed.name, after.seen]).toEqual(['Mint tea', undefined]);
  });

  it('without a change keeps nothing', () => {
    expect(begin({ name: 'Tea', version: 1 }).kept).toBeUndefined();
  });

  it('of the settings keeps their first day', () => {
    const before = new SettingsDraft(defaultSettings('Europe/Berlin'));
    before.typed.graceMinutes = 17;
    Object.assign(before, { when: 'later', date: '2030-01-01' });
    const after = new SettingsDraft(defaultSettings('Europe/Berlin'));
    after.kept = reloaded(before.kept);
    expect(after.version('2029-01-01')).toMatchObject({
      validFrom: '2030-01-01',
      settings: { graceMinutes: 17 },
    });
  });
});
