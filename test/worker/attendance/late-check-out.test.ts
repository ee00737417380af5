/** A check-out after the shift's end sets the end, until it could belong to the next day. */
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut, confirmCheckOut } from '../../../worker/attendance/check-in';
import { board, myDays, presence } from '../../../worker/attendance/days';
import { daysOf } from '../../../worker/attendance/outcomes';
import { defaultSettings } from '../../../worker/contract/settings/settings';
import { enterDays } from '../../../worker/attendance/corrections/enter';
import { deactivate } from '../../../worker/people/leaving';
import { follow, jobsAt, night } from '../schedules/rota';
import { closeThrough, listening, newKey, scopeOf, type Someone, someone } from '../workplace';

const at = (time: string) => Date.parse(`2026-06-${time}+02:00`);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
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

it('ends a day of overtime at the tap, and leaves the next day its own record', async () => {
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

it('is refused after 16 hours, and changes nothing', async () => {
  const { ben, id } = await inFor('09T08:58');
  await jobsAt(at('09T22:01'));
  const before = await recordsOf(ben);
  await expect(checkOut(scopeOf(ben, at('10T00:59')), id)).rejects.toMatchObject({ code: 'check_out_late' });
  expect(await recordsOf(ben)).toEqual(before);
});

it('is refused from four hours before the next shift, even within 16 hours', async () => {
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

it('accepts a stated end up to the assumed end, and not a minute later', async () => {
  const { ben, id } = await inFor('09T08:58');
  await jobsAt(at('09T22:01'));
  const later = confirmCheckOut(scopeOf(ben, at('10T09:00')), { id, outAt: at('09T17:01') });
  await expect(later).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await recordsOf(ben)).toMatchObject([{ unconfirmed: 1 }]);
  await confirmCheckOut(scopeOf(ben, at('10T09:00')), { id, outAt: at('09T16:30') });
  expect(await recordsOf(ben)).toMatchObject([{ out_at: at('09T16:30'), unconfirmed: 0 }]);
});

it('writes nothing into a closed day', async () => {
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

it('accepts “I left at …” before the job has closed the record', async () => {
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

const journalOf = async (id: string) =>
  (
    await env.DB.prepare('SELECT action FROM journal WHERE subject = ? ORDER BY id')
      .bind(`attendance/${id}`)
      .all<{ action: string }>()
  ).results.map(({ action }) => action);

describe.each([
  ['23 hours', '2026-03-28', '20:58', '04:00', ['00:30', '01:30']],
  ['25 hours', '2026-10-24', '19:58', '05:00', ['00:30', '01:30']],
] as const)('on the night of a day of %s', (_, date, inTime, endTime, words) => {
  const [y, m, d] = date.split('-').map(Number) as [number, number, number];
  const next = new Date(Date.UTC(y, m - 1, d + 1)).toISOString().slice(0, 10);
  const [inAt, end] = [Date.parse(`${date}T${inTime}Z`), Date.parse(`${next}T${endTime}Z`)];

  /** A person of the night shift who did not check out. */
  async function forgotten() {
    const [ben, id] = [await someone(), uuidv7()];
    await follow([ben], night);
    await checkIn(scopeOf(ben, inAt), id);
    await jobsAt(end + 5 * HOUR + MINUTE);
    expect(await recordsOf(ben)).toEqual([{ work_date: date, in_at: inAt, out_at: end, unconfirmed: 1 }]);
    return { ben, id };
  }

  it('sets the end for 16 elapsed hours, not by local time', async () => {
    const { ben, id } = await forgotten();
    const late = checkOut(scopeOf(ben, inAt + 16 * HOUR + 1), id);
    await expect(late).rejects.toMatchObject({ code: 'check_out_late' });
    await checkOut(scopeOf(ben, inAt + 16 * HOUR), id);
    expect(await recordsOf(ben)).toMatchObject([{ out_at: inAt + 16 * HOUR, unconfirmed: 0 }]);
    const scope = scopeOf(ben, inAt + 16 * HOUR);
    for await (const { days } of daysOf(scope, { from: date, to: date, person: ben.id }))
      expect(days.map(({ outcome }) => outcome.workedMs)).toEqual([16 * HOUR]);
  });

  it.each(words)('can be stated as %s UTC, and as no other hour with that local time', async (time) => {
    const { ben, id } = await forgotten();
    const outAt = Date.parse(`${next}T${time}Z`);
    await confirmCheckOut(scopeOf(ben, end + 6 * HOUR), { id, outAt });
    expect(await recordsOf(ben)).toMatchObject([{ work_date: date, out_at: outAt, unconfirmed: 0 }]);
  });
});

describe('while a newer record is open', () => {
  /** Ben forgot to check out, came again at 22:30 and is still in; his phone still shows the first record. */
  async function again() {
    const { ben, id } = await inFor('09T08:58');
    await jobsAt(at('09T22:01'));
    const newer = await inFor('09T22:30', ben);
    return { ben, id, newer: newer.id, now: at('09T22:40') };
  }

  it('a check-out of the older one is refused, and the newer one stays open', async () => {
    const { ben, id, newer, now } = await again();
    const before = await recordsOf(ben);
    const tap = checkOut(scopeOf(ben, now), id);
    await expect(tap).rejects.toMatchObject({
      code: 'check_out_late',
      more: { current: { id, outAt: at('09T17:00'), unconfirmed: true } },
    });
    expect(await recordsOf(ben)).toEqual(before);
    expect((await myDays(scopeOf(ben, now), { days: 3 })).open?.id).toBe(newer);
  });

  it('a stated end of the older one is written, and the person is in on every screen', async () => {
    const { ben, id, newer, now } = await again();
    const everyone = await listening(await someone(), 'attendance');
    const head = await env.DB.prepare(`SELECT seq FROM heads WHERE channel = 'attendance'`).first<number>(
      'seq',
    );
    await confirmCheckOut(scopeOf(ben, now), { id, outAt: at('09T16:30') });
    const mine = await myDays(scopeOf(ben, now), { days: 3 });
    expect(mine.open?.id).toBe(newer);
    expect(mine.records.find((it) => it.id === id)).toMatchObject({
      outAt: at('09T16:30'),
      unconfirmed: false,
    });
    const shown = (await board(scopeOf(ben, now), '2026-06-09')).records.filter(
      (it) => it.personId === ben.id,
    );
    expect(new Map(shown.map((it) => [it.id, it.outAt]))).toEqual(
      new Map([
        [id, at('09T16:30')],
        [newer, null],
      ]),
    );
    const inNow = { personId: ben.id, state: 'in', since: at('09T22:30') };
    const all = (await presence(scopeOf(ben, now))).people;
    expect(all.filter(({ personId }) => personId === ben.id)).toMatchObject([inNow]);
    // No event says that they are out: the next one on everyone's channel is another person's.
    await inFor('09T22:45');
    await everyone.until(() => everyone.events.some(({ seq }) => seq > (head ?? 0)));
    expect(everyone.events.filter(({ seq }) => seq > (head ?? 0)).map(({ type }) => type)).toEqual([
      'attendance.checked_in',
    ]);
  });
});

describe('a stated end', () => {
  const stated = at('09T16:30');
  const now = at('10T09:00');
  const keyed = (who: Someone, value = newKey(), fingerprint = 'the same') =>
    scopeOf(who, now).with({ key: { value, fingerprint } });

  async function forgotten() {
    const { ben, id } = await inFor('09T08:58');
    await jobsAt(at('09T22:01'));
    return { ben, id };
  }

  it.each([
    ['one key', true],
    ['different keys', false],
  ])('sent twice at one moment and again with %s has one receipt', async (_, one) => {
    const { ben, id } = await forgotten();
    const key = newKey();
    const tap = () => confirmCheckOut(keyed(ben, one ? key : newKey()), { id, outAt: stated });
    const [first, ...others] = await Promise.all([tap(), tap(), tap()]);
    others.push(await tap());
    for (const other of others) expect(other).toEqual(first);
    expect(await journalOf(id)).toEqual([
      'attendance.checked_in',
      'attendance.closed',
      'attendance.confirmed',
    ]);
  });

  it('is kept when another end is stated later or at the same moment', async () => {
    const { ben, id } = await forgotten();
    const taps = await Promise.allSettled([
      confirmCheckOut(keyed(ben), { id, outAt: stated }),
      confirmCheckOut(keyed(ben), { id, outAt: stated - HOUR }),
    ]);
    const refused = taps.filter((tap) => tap.status === 'rejected');
    expect(refused.map(({ reason }) => reason as unknown)).toMatchObject([{ code: 'confirmed_already' }]);
    const [record] = await recordsOf(ben);
    const other = confirmCheckOut(keyed(ben), { id, outAt: at('09T12:00') });
    await expect(other).rejects.toMatchObject({ code: 'confirmed_already' });
    expect(await recordsOf(ben)).toEqual([record]);
  });

  it('is refused after a late check-out has set the end', async () => {
    const { ben, id } = await forgotten();
    await checkOut(scopeOf(ben, at('09T22:10')), id);
    const late = confirmCheckOut(keyed(ben), { id, outAt: at('09T22:10') });
    await expect(late).rejects.toMatchObject({ code: 'confirmed_already' });
  });
});

it('a check-out sent again after a correction returns its first answer by its key, and is refused by another', async () => {
  const { ben, id } = await inFor('09T08:58');
  const [ana, key] = [await someone({ roles: ['supervisor'] }), newKey()];
  const tap = (value: string) =>
    checkOut(scopeOf(ben, at('09T17:05')).with({ key: { value, fingerprint: 'the same' } }), id);
  const first = await tap(key);
  await enterDays(scopeOf(ana, at('09T18:00')), ben.id, {
    id: uuidv7(),
    reason: 'The door log says so',
    days: {
      from: '2026-06-09',
      to: '2026-06-09',
      records: [{ id, inAt: at('09T08:58'), outAt: at('09T17:00'), breaks: [] }],
    },
  });
  expect(await tap(key)).toEqual(first);
  await expect(tap(newKey())).rejects.toMatchObject({
    code: 'already_checked_out',
    more: { current: { outAt: at('09T17:00') } },
  });
});

it('a check-out of a record that ended with the employment returns that end', async () => {
  const { ben, id } = await inFor('09T08:58');
  await env.DB.prepare('UPDATE people SET updated_at = 1 WHERE id = ?').bind(ben.id).run();
  const admin = scopeOf(await someone({ roles: ['admin'] }), at('09T12:00'));
  await deactivate(admin, ben.id, {});
  const { record } = await checkOut(scopeOf(ben, at('09T12:10')), id);
  expect(record).toMatchObject({ id, outAt: at('09T12:00'), auto: true });
});
