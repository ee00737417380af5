/** Dates before 1970, such as mistyped years, are refused: instants count from then. */
import { beforeEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { reason } from './corrections/corrected';
import { ask, everything, newKey, type Someone, someone } from '../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone({ zone: 'Pacific/Kiritimati' })];
});

const enter = (date: string) =>
  ask('/attendance/days', {
    as: ana,
    key: newKey(),
    json: {
      date,
      reason,
      people: [{ id: uuidv7(), personId: ben.id }],
      records: [{ start: '04:00', end: '08:00', breaks: [] }],
    },
  });

it.each(['0000-01-01', '0026-06-09', '0999-12-31', '1926-06-09', '1970-01-01'])(
  'a day of %s is refused',
  async (date) => {
    const before = await everything();
    const answer = await enter(date);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ issues: [{ path: 'date' }] });
    expect(await everything()).toEqual(before);
  },
);

it('the first day that may be entered is listed', async () => {
  expect(await (await enter('1970-01-02')).json()).toMatchObject({ people: [{ outcome: 'entered' }] });
  expect((await ask('/corrections?state=decided', { as: ana })).status).toBe(200);
  expect((await ask('/corrections/mine', { as: ben })).status).toBe(200);
});
