import { expect, it, vi } from 'vitest';
import { scanned } from '$lib/sessions/scan/scanned';
import { idOf } from '../../World';

const link = { id: idOf(3), token: 'abc' };
const ways = (reach: () => Promise<unknown>) => ({
  outbox: { tap: vi.fn(() => Promise.resolve()) },
  reach,
  open: vi.fn(() => Promise.resolve()),
});

it('a scan opens its session where the server answers', async () => {
  const it = ways(() => Promise.resolve());
  expect(await scanned(link, it)).toBe(false);
  expect(it.open).toHaveBeenCalledWith(link);
  expect(it.outbox.tap).not.toHaveBeenCalled();
});

it('a scan without network is kept with its token', async () => {
  const it = ways(() => Promise.reject(new TypeError('Failed to fetch')));
  expect(await scanned(link, it)).toBe(true);
  expect(it.open).not.toHaveBeenCalled();
  expect(it.outbox.tap).toHaveBeenCalledWith(`sessions/${link.id}/offline-scans`, { token: 'abc' });
});
