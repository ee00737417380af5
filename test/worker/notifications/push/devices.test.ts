/** How many devices one person can make the Worker push to. */
import { beforeEach, expect, it, vi } from 'vitest';
import { rows } from '../../attendance/clocked';
import { signedIn, someone } from '../../workplace';
import { Browser } from './Browser';

beforeEach(() => Browser.online());

it('a person’s 21st device replaces the oldest, and no one else’s', async () => {
  const [ben, eve] = [await someone(), await someone()];
  const began = Date.now();
  vi.useFakeTimers({ toFake: ['Date'], now: began });
  await (await Browser.open()).subscribe(eve, ['session.started']);
  const sessions: string[] = [];
  for (let n = 0; n < 21; n += 1) {
    vi.setSystemTime(began + n);
    const device = await signedIn(ben.id);
    expect((await (await Browser.open()).subscribe(device, ['session.started'])).status).toBe(200);
    sessions.push(device.session);
  }
  vi.useRealTimers();
  const left = await rows<{ id: string }>(
    'SELECT session_id AS id FROM push_subscriptions JOIN sessions ON sessions.id = session_id WHERE user_id = ? ORDER BY 1',
    ben.id,
  );
  expect(left.map(({ id }) => id)).toEqual(sessions.slice(1).sort());
  expect(await rows('SELECT kind FROM push_kinds WHERE session_id = ?', sessions[0])).toEqual([]);
  expect(await rows('SELECT 1 FROM push_subscriptions WHERE session_id = ?', eve.session)).toHaveLength(1);
});
