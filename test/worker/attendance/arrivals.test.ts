import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { Arrivals } from '../../../worker/contract/attendance/board';
import { ask, someone } from '../workplace';

it('the usual arrivals are the average of the same weekday by local time, without holidays', async () => {
  const [admin, ben, chi] = [await someone({ roles: ['admin'] }), await someone(), await someone()];
  const come = (person: { id: string }, at: string) =>
    env.DB.prepare(
      'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at) VALUES (?, ?, ?, ?, ?, ?)',
    )
      .bind(uuidv7(), person.id, at.slice(0, 10), 'Europe/Berlin', Date.parse(at), Date.parse(at) + 1)
      .run();
  // Clocks went back between these Wednesdays; 08:58 is 08:58 on all.
  await come(ben, '2026-11-04T08:58+01:00');
  await come(chi, '2026-11-04T08:46+01:00');
  await come(ben, '2026-10-21T08:58+02:00');
  await come(ben, '2026-10-14T08:58+02:00');
  await come(ben, '2026-11-05T08:58+01:00'); // a Thursday
  await come(ben, '2026-10-07T08:58+02:00'); // five weeks ago
  await env.DB.prepare('INSERT INTO holidays (date, name) VALUES (?, ?)').bind('2026-10-14', 'Harvest').run();
  const answer = await ask('/attendance/arrivals?date=2026-11-11', { as: admin });
  expect(await answer.json<Arrivals>()).toEqual({
    date: '2026-11-11',
    of: ['2026-10-21', '2026-11-04'],
    quarters: { '08:45': 1.5 },
  });
  expect((await ask('/attendance/arrivals?date=today', { as: admin })).status).toBe(400);
  expect((await ask('/attendance/arrivals?date=2026-11-11', { as: ben })).status).toBe(403);
});
