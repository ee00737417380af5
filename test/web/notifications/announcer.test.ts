import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Notification } from '$contract/notifications/notifications';
import { type Announcement, Announcer } from '$lib/notifications/Announcer';

const told = (title: string): Notification => ({
  id: '01900000-0000-7000-8000-000000000000',
  kind: 'correction.decided',
  ...{ title, body: 'Thursday 20 November', href: '/', at: 1, readAt: null },
});
let said: Announcement[];
let gone: (() => void)[];
let announcer: Announcer;

beforeEach(() => {
  vi.useFakeTimers();
  [said, gone] = [[], []];
  announcer = new Announcer((what, over) => {
    said.push(what);
    gone.push(over);
  });
});
afterEach(() => void vi.useRealTimers());

it('one is said in its own words, and leads to what it tells', () => {
  announcer.hear(told('Ana approved your correction'));
  vi.runAllTimers();
  expect(said).toEqual([{ title: 'Ana approved your correction', body: 'Thursday 20 November', href: '/' }]);
});

it('three at once are one sentence, not three', () => {
  for (const title of ['a', 'b', 'c']) announcer.hear(told(title));
  vi.runAllTimers();
  expect(said).toEqual([{ title: '3 new notifications', href: '/notifications' }]);
});

it('what comes while one still stands takes its place and counts it too; afterwards it is counted anew', () => {
  announcer.hear(told('a'));
  vi.runAllTimers();
  announcer.hear(told('b'));
  vi.runAllTimers();
  expect(said.map(({ title }) => title)).toEqual(['a', '2 new notifications']);
  gone[1]?.();
  announcer.hear(told('c'));
  vi.runAllTimers();
  expect(said.at(-1)?.title).toBe('c');
});

it('what came just as the last one went is not forgotten', () => {
  announcer.hear(told('a'));
  vi.runAllTimers();
  announcer.hear(told('b'));
  gone[0]?.();
  vi.runAllTimers();
  expect(said.at(-1)?.title).toBe('b');
});

it('what has been looked at is not said any more', () => {
  announcer.hear(told('a'));
  announcer.hush();
  vi.runAllTimers();
  expect(said).toEqual([]);
});
