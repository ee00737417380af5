import { beforeEach, describe, expect, it } from 'vitest';
import type { Board } from '../../../worker/contract/attendance/board';
import { addDays } from '../../../worker/contract/zones';
import type { Holidays } from '../../../worker/contract/schedules/schedules';
import { closeThrough, ask, everything, newKey, someone } from '../workplace';
import {
  today,
  later,
  open,
  shift,
  always,
  send,
  ana,
  newSupervisor,
  made,
  assign,
  journal,
} from './planned';

beforeEach(newSupervisor);

describe('holidays', () => {
  const year = async () =>
    (await (await ask(`/holidays?from=${open}&to=${addDays(open, 400)}`, { as: ana })).json<Holidays>())
      .holidays;

  it('are set, renamed and removed, and show on the board of the day', async () => {
    const [id, ben] = [await made(always(shift('08:00', '16:00'))), await someone()];
    await assign([ben], id, today);
    const board = async () => (await ask(`/attendance/board?date=${later}`, { as: ana })).json<Board>();
    const expected = async () => {
      const { plans, expected: places } = await board();
      return plans[places[ben.id] ?? -1];
    };
    expect(await expected()).toMatchObject({ off: null, shifts: [{}] });
    await send('PUT', `/holidays/${later}`, { name: 'Founders’ Day' });
    await send('PUT', `/holidays/${later}`, { name: 'Foundation Day' });
    expect(await year()).toEqual([{ date: later, name: 'Foundation Day' }]);
    expect(await board()).toMatchObject({ holiday: 'Foundation Day' });
    expect(await expected()).toMatchObject({ off: 'holiday', shifts: [] });
    expect((await send('DELETE', `/holidays/${later}`)).status).toBe(200);
    expect((await send('DELETE', `/holidays/${later}`)).status).toBe(404);
    expect((await journal(`holiday/${later}`)).map(({ action }) => action)).toEqual([
      'holiday.set',
      'holiday.set',
      'holiday.dropped',
    ]);
  });

  it('of closed days, without a name or on no date are refused', async () => {
    await closeThrough(addDays(open, -1));
    const before = await everything();
    for (const [status, path, json] of [
      [409, `/holidays/${addDays(open, -1)}`, { name: 'Too late' }],
      [400, `/holidays/${later}`, { name: ' ' }],
      [400, '/holidays/2027-02-30', { name: 'None' }],
    ] as const)
      expect((await send('PUT', path, json)).status).toBe(status);
    expect(await everything()).toEqual(before);
  });

  it('removed twice with one key are removed once', async () => {
    await send('PUT', `/holidays/${later}`, { name: 'Founders’ Day' });
    const key = newKey();
    const [first, again] = [
      await send('DELETE', `/holidays/${later}`, undefined, { key }),
      await send('DELETE', `/holidays/${later}`, undefined, { key }),
    ];
    expect([first.status, await again.json()]).toEqual([200, await first.json()]);
  });
});
