/** A check-out after the shift's end is the end that counts, until it could be meant for the next day. */
import { env } from 'cloudflare:workers';
import { beforeAll, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut, confirmCheckOut } from '../../worker/attendance/attendance';
import { defaultSettings } from '../../worker/contract/settings';
import { follow, jobsAt } from './rota';
import { closeThrough, scopeOf, type Someone, someone } from './workplace';

const at = (time: string) => Date.parse(`2026-06-${time}+02:00`);
const shift = { start: '09:00', end: '17:00', breakMinutes: 30 };

const recordsOf = async ({ id }: Someone) =>
  (
    await env.DB.prepare(
      'SELECT work_date, in_at, out_at, unconfirmed FROM attendance WHERE person_id = ? ORDER BY in_at',
    )
      .bind(id)
      .all()
  ).results;

async function inFor(time: string, who?: Someone): Promise<{ ben: Someone; id: string }> {
  const ben = who ?? (await someone());
  if (!who) await follow([ben], shift);
  const id = uuidv7();
  await checkIn(scopeOf(ben, at(time)), id);
  return { ben, id };
}

beforeAll(async () => {
  await env.DB.prepare(`INSERT INTO settings (valid_from, applies_at, value) VALUES ('2026-01-01', 0, ?)`)
    .bind(JSON.stringify(defaultSettings('Europe/Berlin')))
    .run();
});

it('ends a day of overtime where it was tapped, and leaves the next day its own record', async () => {
  const { ben, id } = await inFor('09T08:58');
  await jobsAt(at('09T18:30'));
  await checkOut(scopeOf(ben, at('09T18:59')), id);
  const next = await inFor('10T08:55', ben);
  await checkOut(scopeOf(ben, at('10T17:03')), next.id);
  expect(await recordsOf(ben)).toEqual([
    { work_date: '2026-06-09', in_at: at('09T08:58'), out_at: at('09T18:59'), unconfirmed: 0 },
    { work_date: '2026-06-10', in_at: at('10T08:55'), out_at: at('10T17:03'), unconfirmed: 0 },
  ]);
});

it('sets the true end of a record that closed by itself, up to 16 hours after its check-in', async () => {
  const { ben, id } = await inFor('09T08:58');
  await jobsAt(at('09T22:01'));
  expect(await recordsOf(ben)).toMatchObject([{ out_at: at('09T17:00'), unconfirmed: 1 }]);
  await checkOut(scopeOf(ben, at('10T00:57')), id);
  expect(await recordsOf(ben)).toMatchObject([{ out_at: at('10T00:57'), unconfirmed: 0 }]);
});

it('asks instead once 16 hours are over, and changes nothing', async () => {
  const { ben, id } = await inFor('09T08:58');
  await jobsAt(at('09T22:01'));
  const before = await recordsOf(ben);
  await expect(checkOut(scopeOf(ben, at('10T00:59')), id)).rejects.toMatchObject({ code: 'check_out_late' });
  expect(await recordsOf(ben)).toEqual(before);
});

it('takes no tap from four hours before the next shift, though 16 hours are not over', async () => {
  for (const [time, ends] of [
    ['10T04:59', true],
    ['10T05:01', false],
  ] as const) {
    const { ben, id } = await inFor('09T14:00');
    await jobsAt(at('09T22:01'));
    const tap = checkOut(scopeOf(ben, at(time)), id);
    if (ends) await tap;
    else await expect(tap).rejects.toMatchObject({ code: 'check_out_late' });
    const end = ends ? { out_at: at(time), unconfirmed: 0 } : { out_at: at('09T17:00'), unconfirmed: 1 };
    expect(await recordsOf(ben)).toMatchObject([end]);
  }
});

it('counts what a person says up to the assumed end, and not a minute more', async () => {
  const { ben, id } = await inFor('09T08:58');
  await jobsAt(at('09T22:01'));
  const later = confirmCheckOut(scopeOf(ben, at('10T09:00')), { id, outAt: at('09T17:01') });
  await expect(later).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await recordsOf(ben)).toMatchObject([{ unconfirmed: 1 }]);
  await confirmCheckOut(scopeOf(ben, at('10T09:00')), { id, outAt: at('09T16:30') });
  expect(await recordsOf(ben)).toMatchObject([{ out_at: at('09T16:30'), unconfirmed: 0 }]);
});

it('writes nothing into a day for which payroll is done', async () => {
  const { ben, id } = await inFor('09T08:58');
  await jobsAt(at('09T22:01'));
  await closeThrough('2026-06-09');
  const before = await recordsOf(ben);
  const confirmed = confirmCheckOut(scopeOf(ben, at('10T09:00')), { id, outAt: at('09T16:30') });
  await expect(confirmed).rejects.toMatchObject({ code: 'period_closed' });
  const left = checkOut(scopeOf(ben, at('09T22:30')), id);
  await expect(left).rejects.toMatchObject({ code: 'period_closed' });
  expect(await recordsOf(ben)).toEqual(before);
  await closeThrough(null);
});

it('takes “I left at …” also in the minute before the record is closed by itself', async () => {
  const { ben, id } = await inFor('09T08:58');
  const at2200 = scopeOf(ben, at('09T22:00'));
  const later = confirmCheckOut(at2200, { id, outAt: at('09T17:01') });
  await expect(later).rejects.toMatchObject({ code: 'invalid_input' });
  const early = confirmCheckOut(scopeOf(ben, at('09T21:59')), { id, outAt: at('09T16:30') });
  await expect(early).rejects.toMatchObject({ code: 'confirmed_already' });
  await confirmCheckOut(scopeOf(ben, at('09T22:00')), { id, outAt: at('09T16:30') });
  await jobsAt(at('09T22:01'));
  expect(await recordsOf(ben)).toMatchObject([{ out_at: at('09T16:30'), unconfirmed: 0 }]);
});
