import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Notification } from '$contract/notifications/notifications';
import { type Announcement, Announcer } from '$lib/notifications/Announcer';

const notification = (title: string): Notification => ({
  id: '01900000-0000-7000-8000-000000000000',
  kind: 'correction.decided',
  title,
  body: 'Thursday 20 November',
  href: '/',
  at: 1,
  readAt: null,
});
let shown: Announcement[];
let gone: (() => void)[];
let announcer: Announcer;

beforeEach(() => {
  vi.useFakeTimers();
  [shown, gone] = [[], []];
  announcer = new Announcer((announcement, over) => {
    shown.push(announcement);
    gone.push(over);
  });
});
afterEach(() => void vi.useRealTimers());

it('one notification shows its own title and page', () => {
  announcer.add(notification('Ana approved your correction'));
  vi.runAllTimers();
  expect(shown).toEqual([{ title: 'Ana approved your correction', body: 'Thursday 20 November', href: '/' }]);
});

it('three notifications together share one toast', () => {
  for (const title of ['a', 'b', 'c']) announcer.add(notification(title));
  vi.runAllTimers();
  expect(shown).toEqual([{ title: '3 new notifications', href: '/notifications' }]);
});

it('a notification during an open toast replaces it and counts both; after it closes the count starts again', () => {
  announcer.add(notification('a'));
  vi.runAllTimers();
  announcer.add(notification('b'));
  vi.runAllTimers();
  expect(shown.map(({ title }) => title)).toEqual(['a', '2 new notifications']);
  gone[1]?.();
  announcer.add(notification('c'));
  vi.runAllTimers();
  expect(shown.at(-1)?.title).toBe('c');
});

it('a notification that arrives as the toast closes is shown', () => {
  announcer.add(notification('a'));
  vi.runAllTimers();
  announcer.add(notification('b'));
  gone[0]?.();
  vi.runAllTimers();
  expect(shown.at(-1)?.title).toBe('b');
});

it('cleared notifications are not shown', () => {
  announcer.add(notification('a'));
  announcer.clear();
  vi.runAllTimers();
  expect(shown).toEqual([]);
});
