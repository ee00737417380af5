/** Corrections that a person requests of their own days. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkOut } from '../../../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../../../worker/attendance/breaks';
import type { Corrections } from '../../../../worker/contract/attendance/corrections/requests';
import { requestCorrection } from '../../../../worker/attendance/corrections/request';
import {
  at,
  breaksOf,
  days,
  decide,
  enter,
  ok,
  breakAt,
  problem,
  propose,
  reason,
  record,
  recordsOf,
  worked,
} from './corrected';
import { follow, jobsAt } from '../../schedules/rota';
import { ask, everything, listening, newKey, scopeOf, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone({ name: 'Ben Okafor' })];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
});

describe('a request', () => {
  it('for a record and its break is pending, keeps the originals, and changes the day when approved', async () => {
    const id = await worked(ben, '08T09:00', '08T17:00');
    const break_ = breakAt('08T12:00', '08T12:05');
    const request = await ok(
      propose(ben, days('08', [record('08T09:00', '08T12:05', { id, breaks: [break_] })])),
    );
    expect(request).toMatchObject({ state: 'pending', before: [{ record: { id, outAt: at('08T17:00') } }] });
    expect((await recordsOf(ben))[0]?.outAt).toBe(at('08T17:00'));
    const own = await listening(ben, `user.${ben.id}`);
    const board = await listening(ana, 'admin.dashboard');
    await ok(decide(ana, 'approve', request.id));
    expect(await recordsOf(ben)).toEqual([
      { id, date: '2026-06-08', inAt: at('08T09:00'), outAt: at('08T12:05') },
    ]);
    expect(await breaksOf(ben)).toEqual([{ startAt: at('08T12:00'), endAt: at('08T12:05') }]);
    for (const channel of [own, board]) {
      await channel.until(() => channel.events.some(({ type }) => type === 'days.replaced'));
      const [event] = channel.events.filter(({ type }) => type === 'days.replaced');
      expect(event?.data).toMatchObject({
        personId: ben.id,
        from: '2026-06-08',
        to: '2026-06-08',
        days: [{ record: { id }, breaks: [{ id: break_.id }] }],
      });
    }
  });

  it('corrects two days at once, and the date follows the times', async () => {
    await worked(ben, '09T08:58', '09T17:00');
    const wrong = await worked(ben, '09T18:59', '10T03:00');
    const [first] = await recordsOf(ben);
    const both = [
      record('09T08:58', '09T18:59', { id: first?.id ?? '' }),
      record('10T08:55', '10T17:03', { id: wrong }),
    ];
    const { id } = await ok(propose(ben, days('09', both, '10')));
    await ok(decide(ana, 'approve', id));
    expect((await recordsOf(ben)).map(({ date, outAt }) => [date, outAt])).toEqual([
      ['2026-06-09', at('09T18:59')],
      ['2026-06-10', at('10T17:03')],
    ]);
  });

  it('for no record removes the day’s records; the journal keeps them', async () => {
    const id = await worked(ben, '08T20:00', '08T20:01');
    const request = await ok(propose(ben, days('08', [])));
    await ok(decide(ana, 'approve', request.id));
    expect(await recordsOf(ben)).toEqual([]);
    const { results } = await env.DB.prepare('SELECT before FROM journal WHERE subject = ? AND action = ?')
      .bind(`correction/${request.id}`, 'correction.approved')
      .all<{ before: string }>();
    expect(results[0]?.before).toContain(id);
  });

  it('made while in corrects the start and leaves the end open; its approval keeps later taps', async () => {
    const id = await worked(ben, '08T09:40', null);
    const scope = scopeOf(ben, at('08T10:00'));
    const request = await requestCorrection(scope, {
      id: uuidv7(),
      days: days('08', [record('08T09:02', null, { id })]),
      reason,
    });
    const meal = uuidv7();
    await startBreak(scopeOf(ben, at('08T12:00')), { id: meal, recordId: id, kind: 'meal' });
    await endBreak(scopeOf(ben, at('08T12:30')), meal);
    await checkOut(scopeOf(ben, at('08T17:10')), id);
    await ok(decide(ana, 'approve', request.id));
    expect(await recordsOf(ben)).toEqual([
      { id, date: '2026-06-08', inAt: at('08T09:02'), outAt: at('08T17:10') },
    ]);
    expect(await breaksOf(ben)).toEqual([{ startAt: at('08T12:00'), endAt: at('08T12:30') }]);
  });

  it('made while in does not confirm an end that was assumed later', async () => {
    const id = await worked(ben, '08T08:58', null);
    const request = await requestCorrection(scopeOf(ben, at('08T10:00')), {
      id: uuidv7(),
      days: days('08', [record('08T08:30', null, { id })]),
      reason,
    });
    await jobsAt(at('08T23:30'));
    await ok(decide(ana, 'approve', request.id));
    const row = await env.DB.prepare(
      'SELECT in_at AS inAt, out_at AS outAt, auto, unconfirmed FROM attendance WHERE id = ?',
    )
      .bind(id)
      .first();
    expect(row).toEqual({ inAt: at('08T08:30'), outAt: at('08T17:00'), auto: 1, unconfirmed: 1 });
  });

  it('may not close its person’s open record', async () => {
    const id = await worked(ben, '08T09:00', null);
    const before = await everything();
    const refused = await propose(ben, days('08', [record('08T09:00', '08T17:00', { id })]));
    expect([refused.status, (await problem(refused)).issues?.[0]?.path]).toEqual([400, 'days.records']);
    expect(await everything()).toEqual(before);
  });

  it('is refused while another is pending for the same days, with that one as current', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const answers = await Promise.all([1, 2, 3].map(() => propose(ben, days('08', []))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const refused = await problem(propose(ben, days('08', [], '09')));
    expect(refused).toMatchObject({ code: 'correction_pending', current: { state: 'pending' } });
  });

  it('sent twice, with one key or two, is one request with one answer', async () => {
    await worked(ben, '08T09:00', '08T17:00');
    const [id, key] = [uuidv7(), newKey()];
    const first = await ok(propose(ben, days('08', []), { id, key }));
    expect(await ok(propose(ben, days('08', []), { id, key }))).toEqual(first);
    expect(await ok(propose(ben, days('08', []), { id }))).toEqual(first);
    const other = await propose(ben, days('09', []), { id, key });
    expect(other.status).toBe(422);
    expect(
      await env.DB.prepare('SELECT count(*) AS n FROM corrections WHERE person_id = ?')
        .bind(ben.id)
        .first('n'),
    ).toBe(1);
  });

  it.each<[string, () => ReturnType<typeof days>, string, RegExp]>([
    [
      'that ends before it begins',
      () => days('08', [record('08T09:00', '08T08:00')]),
      'days.records.0.outAt',
      /after the check-in/,
    ],
    [
      'whose records overlap',
      () => days('08', [record('08T09:00', '08T12:00'), record('08T11:00', '08T13:00')]),
      'days.records.1.inAt',
      /before the end/,
    ],
    [
      'with a break outside',
      () => days('08', [record('08T09:00', '08T12:00', { breaks: [breakAt('08T12:00', '08T12:30')] })]),
      'days.records.0.breaks.0.endAt',
      /after the check-out/,
    ],
    [
      'with breaks that overlap',
      () =>
        days('08', [
          record('08T09:00', '08T17:00', {
            breaks: [breakAt('08T12:00', '08T12:30'), breakAt('08T12:10', '08T12:40')],
          }),
        ]),
      'days.records.0.breaks.1.startAt',
      /before the end of the break/,
    ],
    [
      'of an unknown kind of break',
      () =>
        days('08', [
          record('08T09:00', '08T17:00', { breaks: [{ ...breakAt('08T12:00', '08T12:30'), kind: 'nap' }] }),
        ]),
      'days.records.0.breaks.0.kind',
      /kinds of break/,
    ],
    [
      'whose times belong to another day',
      () => days('08', [record('09T09:00', '09T17:00')]),
      'days.records.0.inAt',
      /belongs to Tuesday 9 June/,
    ],
    [
      'with two records of one id',
      () => {
        const first = record('08T09:00', '08T12:00');
        return days('08', [first, record('08T13:00', '08T17:00', { id: first.id })]);
      },
      'days.records.1.id',
      /an id twice/,
    ],
    [
      'with two breaks of one id',
      () => {
        const first = breakAt('08T10:00', '08T10:15');
        const breaks = [first, { ...breakAt('08T12:00', '08T12:30'), id: first.id }];
        return days('08', [record('08T09:00', '08T17:00', { breaks })]);
      },
      'days.records.0.breaks.1.id',
      /an id twice/,
    ],
    ['of no day', () => ({ from: 'soon', to: 'later', records: [] }), 'days.from', /must be a date/],
    ['of four days', () => days('08', [], '11'), 'days.to', /one to three days/],
    [
      'with an open end for a record that is not open',
      () => days('08', [record('08T09:00', null)]),
      'days.records.0.outAt',
      /must be given/,
    ],
    ['in the future', () => ({ from: '2099-01-01', to: '2099-01-01', records: [] }), 'days.to', /future/],
    ['without a reason', () => days('08', [record('08T09:00', '08T17:00')]), 'reason', /5 characters/],
    ['that changes nothing', () => days('08', []), 'days.records', /differ/],
  ])('%s is refused in words, and nothing is written', async (what, of, path, words) => {
    const before = await everything();
    const answer = await propose(ben, of(), what === 'without a reason' ? { reason: 'no' } : {});
    const { code, issues } = await problem(answer);
    expect([answer.status, code]).toEqual([400, 'invalid_input']);
    expect(issues).toContainEqual({ path, message: expect.stringMatching(words) as string });
    expect(await everything()).toEqual(before);
  });

  it('that overlaps a record of an adjacent day is refused with that record', async () => {
    const id = await worked(ben, '08T22:00', '09T06:00');
    const refused = await propose(ben, days('09', [record('09T05:30', '09T17:00')]));
    expect(await problem(refused)).toMatchObject({ code: 'overlap', current: { id } });
  });

  it('distinguishes the two times of an hour that comes twice', async () => {
    const night = { from: '2026-10-24', to: '2026-10-24' };
    const [inAt, first, second] = ['T00:00Z', 'T00:30Z', 'T01:30Z'].map((time) =>
      Date.parse(`2026-10-25${time}`),
    );
    const made = { id: uuidv7(), inAt: inAt ?? 0, breaks: [] };
    for (const outAt of [first, second]) {
      await enter(ana, ben, { ...night, records: [{ ...made, outAt: outAt ?? 0 }] });
      expect((await recordsOf(ben))[0]).toMatchObject({ date: '2026-10-24', outAt });
    }
    const { results } = await env.DB.prepare('SELECT body FROM notifications WHERE person_id = ? ORDER BY id')
      .bind(ben.id)
      .all<{ body: string }>();
    expect(results.map(({ body }) => /– 02:30 \((.*) time\)/.exec(body)?.[1])).toEqual(['first', 'second']);
  });
});

it('the queue lists pending requests, oldest first, with the person and a cursor', async () => {
  await worked(ben, '08T09:00', '08T17:00');
  await worked(ben, '09T09:00', '09T17:00');
  const first = await ok(propose(ben, days('08', [])));
  const second = await ok(propose(ben, days('09', [])));
  const queue = await (await ask('/corrections?state=pending&limit=200', { as: ana })).json<Corrections>();
  const mine = queue.corrections.filter(({ person }) => person.id === ben.id);
  expect(mine.map(({ correction }) => correction.id)).toEqual([first.id, second.id]);
  expect(mine[0]?.person.name).toBe('Ben Okafor');
  expect(queue.pending).toBeGreaterThanOrEqual(2);
  expect(queue.breakKinds.map(({ kind }) => kind)).toContain('meal');
});
