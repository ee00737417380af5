/** Asking for other times, and the answer: who may, what fits, who wins, and what stays for ever. */
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type { AttendanceRecord } from '../../worker/contract/attendance';
import type { MyDays } from '../../worker/contract/my-days';
import { type Correction, correctionMoves, type OwnCorrections } from '../../worker/contract/corrections';
import { dateIn } from '../../worker/contract/dates';
import { dayOf } from '../../worker/contract/day';
import type { Corrections } from '../../worker/contract/requests';
import { approve } from '../../worker/corrections/decide';
import { requestCorrection } from '../../worker/corrections/request';
import { ask, checkIn, everything, listening, newKey, scopeOf, type Someone, someone } from './workplace';

const ZONE = 'Europe/Berlin';
const HOUR = 3_600_000;
const MINUTE = 60_000;
/** A whole minute, long enough ago for a day's work. */
const MORNING = Math.floor((Date.now() - 30 * HOUR) / MINUTE) * MINUTE;

type Times = { in: number; out: number };
type Problem = {
  code: string;
  detail?: string;
  current?: unknown;
  issues?: { path: string; message: string }[];
};

/** A closed record of that person, as the past has left it. */
async function worked(
  { id: personId }: Someone,
  times: Times,
  more: Partial<{ auto: number }> = {},
): Promise<AttendanceRecord> {
  const [id, workDate] = [uuidv7(), dateIn(ZONE, times.in)];
  await env.DB.prepare(
    'INSERT INTO attendance (id, person_id, work_date, zone, in_at, out_at, auto) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
    .bind(id, personId, workDate, ZONE, times.in, times.out, more.auto ?? 0)
    .run();
  return {
    ...{ id, personId, workDate, zone: ZONE, inAt: times.in, outAt: times.out },
    ...{ auto: more.auto === 1, corrected: false, photo: null, dueAt: null },
  };
}

const request = (
  as: Someone,
  of: { id: string; workDate: string },
  times: Times,
  it: { id?: string; key?: string; reason?: string; more?: object } = {},
) =>
  ask('/corrections', {
    as,
    key: it.key ?? newKey(),
    json: {
      ...{
        id: it.id ?? uuidv7(),
        recordId: of.id,
        workDate: of.workDate,
        newIn: times.in,
        newOut: times.out,
      },
      ...{ reason: it.reason ?? 'I forgot to check out', ...it.more },
    },
  });

const decide = (
  as: Someone,
  what: 'approve' | 'reject' | 'withdraw',
  id: string,
  it: { key?: string; answer?: string } = {},
) =>
  ask(`/corrections/${id}/${what}`, {
    as,
    key: it.key ?? newKey(),
    json:
      what === 'withdraw'
        ? {}
        : { answer: it.answer ?? (what === 'reject' ? 'The door log says otherwise' : null) },
  });

const recordOf = (id: string) =>
  env.DB.prepare('SELECT in_at, out_at, auto, corrected, work_date FROM attendance WHERE id = ?')
    .bind(id)
    .first();
const stateOf = (id: string) =>
  env.DB.prepare('SELECT state FROM corrections WHERE id = ?').bind(id).first<string>('state');

/** A request that must be taken. */
async function asked(as: Someone, of: { id: string; workDate: string }, times: Times): Promise<Correction> {
  const answer = await request(as, of, times);
  expect(answer.status).toBe(200);
  return answer.json<Correction>();
}

const shift: Times = { in: MORNING, out: MORNING + 4 * HOUR };
const longer: Times = { in: MORNING - 10 * MINUTE, out: MORNING + 8 * HOUR };

describe('a request', () => {
  it('waits for an answer, keeps the old times, and is told to the person, the board and those who decide', async () => {
    const [ben, ana, eve] = [
      await someone({ name: 'Ben Okafor' }),
      await someone({ roles: ['supervisor'] }),
      await someone(),
    ];
    const record = await worked(ben, shift);
    const [own, board, bell, deaf] = [
      await listening(ben, `user.${ben.id}`),
      await listening(ana, 'admin.dashboard'),
      await listening(ana, `user.${ana.id}`),
      await listening(eve, `user.${eve.id}`),
    ];
    const correction = await asked(ben, record, longer);
    expect(correction).toMatchObject({
      ...{ personId: ben.id, recordId: record.id, state: 'pending', workDate: record.workDate, zone: ZONE },
      ...{ oldIn: shift.in, oldOut: shift.out, newIn: longer.in, newOut: longer.out, decidedBy: null },
    });
    await Promise.all([own, board, bell].map((it) => it.until(() => it.events.length === 1)));
    expect(own.events).toMatchObject([{ type: 'correction.updated', data: correction }]);
    expect(board.events).toMatchObject([
      { type: 'correction.updated', data: { person: { id: ben.id, name: 'Ben Okafor' }, correction } },
    ]);
    expect(bell.events).toMatchObject([
      { type: 'notification.created', data: { kind: 'correction.requested', href: '/admin/corrections' } },
    ]);
    expect(JSON.stringify(bell.events)).toContain('Ben Okafor asks for a correction');
    expect(deaf.events).toEqual([]);
    expect(await recordOf(record.id)).toMatchObject({ in_at: shift.in, out_at: shift.out, corrected: 0 });
  });

  it('of a supervisor rings everybody’s bell but their own, and at most fifty', async () => {
    const crowd = await Promise.all(Array.from({ length: 55 }, () => someone({ roles: ['supervisor'] })));
    const ana = crowd[0]!;
    await asked(ana, await worked(ana, shift), longer);
    const { results } = await env.DB.prepare(`SELECT person_id FROM notifications WHERE title LIKE ?`)
      .bind(`${ana.name}%`)
      .all<{ person_id: string }>();
    expect(results).toHaveLength(50);
    expect(results.map(({ person_id }) => person_id)).not.toContain(ana.id);
    await env.DB.prepare(`UPDATE people SET active = 0 WHERE id IN (SELECT value FROM json_each(?))`)
      .bind(JSON.stringify(crowd.map(({ id }) => id)))
      .run();
  });

  it('for a day without a record names one that does not exist yet', async () => {
    const ben = await someone();
    const day = { id: uuidv7(), workDate: dateIn(ZONE, MORNING) };
    expect(await asked(ben, day, shift)).toMatchObject({ oldIn: null, oldOut: null, recordId: day.id });
    expect(await recordOf(day.id)).toBeNull();
  });

  const wrong: [what: string, times: (now: number) => Times, path: string, words: RegExp, more?: object][] = [
    ['ends before it begins', () => ({ in: shift.out, out: shift.in }), 'newOut', /after the check-in/],
    ['has no length', () => ({ in: shift.in, out: shift.in }), 'newOut', /after the check-in/],
    ['ends in the future', (now) => ({ in: now - 20 * HOUR, out: now + MINUTE }), 'newOut', /future/],
    ['begins in the future', (now) => ({ in: now + HOUR, out: now + 2 * HOUR }), 'newIn', /future/],
    [
      'is longer than 48 hours',
      () => ({ in: MORNING - 19 * HOUR, out: MORNING + 29.1 * HOUR }),
      'newOut',
      /48 hours/,
    ],
    [
      'is of another day',
      () => ({ in: MORNING - 72 * HOUR, out: MORNING - 70 * HOUR }),
      'newIn',
      /day it is for/,
    ],
    ['has too short a reason', () => longer, 'reason', /at least 5 characters/, { reason: '  no  ' }],
    ['has no reason', () => longer, 'reason', /./, { reason: undefined }],
    ['has a date that no calendar has', () => longer, 'workDate', /calendar/, { workDate: '2026-02-30' }],
    [
      'has another date than the record',
      () => longer,
      'workDate',
      /date of the record/,
      { workDate: '2020-01-01' },
    ],
    ['has half milliseconds', () => ({ in: shift.in + 0.5, out: shift.out }), 'newIn', /./],
    ['says more than it may', () => longer, 'state', /./, { state: 'approved' }],
    ['changes nothing', () => shift, 'newOut', /differ/],
  ];
  it.each(wrong)(
    'that %s is told precisely, and nothing is written',
    async (_what, times, path, words, more = {}) => {
      const ben = await someone();
      const record = await worked(ben, shift);
      const before = await everything();
      const answer = await request(ben, record, times(Date.now()), { more });
      const problem = await answer.json<Problem>();
      expect([answer.status, problem.code]).toEqual([400, 'invalid_input']);
      expect(problem.issues).toContainEqual({ path, message: expect.stringMatching(words) as string });
      expect(await everything()).toEqual(before);
    },
  );

  it('that confirms what the job has guessed may keep its times', async () => {
    const ben = await someone();
    const record = await worked(ben, shift, { auto: 1 });
    const { id } = await asked(ben, record, shift);
    await decide(await someone({ roles: ['admin'] }), 'approve', id);
    expect(await recordOf(record.id)).toMatchObject({ out_at: shift.out, auto: 0, corrected: 1 });
  });

  it('of an open record says to check out first', async () => {
    const ben = await someone();
    const { record } = await (await checkIn(ben)).json<{ record: AttendanceRecord }>();
    const answer = await request(ben, record, { in: record.inAt - HOUR, out: record.inAt - MINUTE });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: 'still_open',
      title: expect.stringContaining('Check out first') as string,
    });
  });

  it('of somebody else’s record is as unknown as of none', async () => {
    const [ben, eve] = [await someone(), await someone()];
    const record = await worked(ben, shift);
    const before = await everything();
    const answer = await request(eve, record, longer);
    expect(answer.status).toBe(404);
    expect(await answer.text()).not.toContain(ben.id);
    expect(await everything()).toEqual(before);
  });

  it('that overlaps another record, open ones too, is refused with that record; records may touch', async () => {
    const ben = await someone();
    const record = await worked(ben, shift);
    const next = await worked(ben, { in: MORNING + 6 * HOUR, out: MORNING + 7 * HOUR });
    const answer = await request(ben, record, longer);
    expect(await answer.json()).toMatchObject({ code: 'overlap', current: { id: next.id } });
    await asked(ben, record, { in: shift.in, out: next.inAt });
    const { record: open } = await (await checkIn(ben)).json<{ record: AttendanceRecord }>();
    const day = { id: uuidv7(), workDate: dateIn(ZONE, open.inAt) };
    await env.DB.prepare('UPDATE attendance SET in_at = in_at - 3600000 WHERE id = ?').bind(open.id).run();
    const late = await request(ben, day, { in: open.inAt - 20 * MINUTE, out: open.inAt - MINUTE });
    expect(await late.json()).toMatchObject({ code: 'overlap', current: { id: open.id } });
  });

  it('that leaves a break outside is refused with its times', async () => {
    const ben = await someone();
    const record = await worked(ben, shift);
    await env.DB.prepare(
      'INSERT INTO breaks (id, record_id, person_id, kind, start_at, end_at, due_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
      .bind(uuidv7(), record.id, ben.id, 'meal', shift.in + HOUR, shift.in + 2 * HOUR, shift.in + 3 * HOUR)
      .run();
    const cut = await request(ben, record, { in: shift.in, out: shift.in + 1.5 * HOUR });
    const problem = await cut.json<Problem>();
    expect(problem.code).toBe('breaks_outside');
    expect(problem.detail).toMatch(/\d\d:\d\d – \d\d:\d\d/);
    await asked(ben, record, { in: shift.in + HOUR, out: shift.in + 2 * HOUR }); // exactly around it
  });

  it('is one a record, whatever races, and shows the one that waits', async () => {
    const ben = await someone();
    const record = await worked(ben, shift);
    const answers = await Promise.all([
      request(ben, record, longer),
      request(ben, record, { ...shift, out: shift.out + HOUR }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [won, lost] = answers.sort((a, b) => a.status - b.status);
    const { id } = await won.json<Correction>();
    expect(await lost.json()).toMatchObject({ code: 'correction_pending', current: { id } });
    await decide(ben, 'withdraw', id);
    await asked(ben, record, longer);
  });

  it('sent twice is one request with its first answer, with the same key and with another', async () => {
    const ben = await someone();
    const record = await worked(ben, shift);
    const [id, key] = [uuidv7(), newKey()];
    const first = await (await request(ben, record, longer, { id, key })).json();
    expect(await (await request(ben, record, longer, { id, key })).json()).toEqual(first);
    expect(await (await request(ben, record, longer, { id })).json()).toEqual(first);
    await decide(await someone({ roles: ['admin'] }), 'approve', id);
    expect(await (await request(ben, record, longer, { id, key })).json()).toEqual(first);
    expect((await request(ben, record, shift, { id, key })).status).toBe(422);
  });

  it('for the nights on which clocks change counts what was worked', async () => {
    const admin = await someone({ roles: ['admin'] });
    for (const [date, from, to, hours] of [
      ['2026-03-28', '2026-03-28T23:00+01:00', '2026-03-29T07:00+02:00', 7],
      ['2026-10-24', '2026-10-24T23:00+02:00', '2026-10-25T07:00+01:00', 9],
    ] as const) {
      const night = await someone();
      const times = { newIn: Date.parse(from), newOut: Date.parse(to) };
      const scope = (who: Someone) => scopeOf(who, times.newOut + HOUR);
      const made = {
        id: uuidv7(),
        recordId: uuidv7(),
        workDate: date,
        reason: 'Both taps were forgotten',
        ...times,
      };
      await requestCorrection(scope(night), made);
      await approve(scope(admin), made.id, null);
      const row = await recordOf(made.recordId);
      expect(row).toMatchObject({ work_date: date, corrected: 1 });
      expect((Number(row?.out_at) - Number(row?.in_at)) / HOUR).toBe(hours);
    }
  });
});

describe('an approval', () => {
  it('changes the record, keeps its date and the old times, and tells the person and the board', async () => {
    const [ben, ana] = [
      await someone({ name: 'Ben Okafor' }),
      await someone({ roles: ['supervisor'], name: 'Ana Lopez' }),
    ];
    const record = await worked(ben, shift, { auto: 1 });
    const { id } = await asked(ben, record, longer);
    const [own, board] = [await listening(ben, `user.${ben.id}`), await listening(ana, 'admin.dashboard')];
    const decided = await (
      await decide(ana, 'approve', id, { answer: 'Seen at the door' })
    ).json<Correction>();
    expect(decided).toMatchObject({
      ...{ state: 'approved', decidedBy: { id: ana.id, name: 'Ana Lopez' }, answer: 'Seen at the door' },
      ...{ oldIn: shift.in, oldOut: shift.out },
    });
    expect(await recordOf(record.id)).toEqual({
      ...{ in_at: longer.in, out_at: longer.out, auto: 0, corrected: 1, work_date: record.workDate },
    });
    await own.until(() => own.events.length === 3);
    await board.until(() => board.events.length === 2);
    const after = { ...record, inAt: longer.in, outAt: longer.out, auto: false, corrected: true };
    expect(own.events).toMatchObject([
      { type: 'correction.updated', data: decided },
      { type: 'attendance.updated', data: after },
      {
        type: 'notification.created',
        data: { kind: 'correction.decided', title: 'Ana Lopez approved your correction' },
      },
    ]);
    expect(JSON.stringify(own.events[2])).toContain('Seen at the door');
    expect(board.events).toMatchObject([
      { type: 'correction.updated', data: { person: { id: ben.id }, correction: decided } },
      { type: 'attendance.updated', data: { person: { id: ben.id, name: 'Ben Okafor' }, record: after } },
    ]);
    const { results } = await env.DB.prepare('SELECT before, after, actor FROM journal WHERE subject = ?')
      .bind(`attendance/${record.id}`)
      .all<{ before: string; after: string; actor: string }>();
    expect(results.map((it) => [it.actor, JSON.parse(it.before), JSON.parse(it.after)] as unknown)).toEqual([
      [ana.id, record, after],
    ]);
  });

  it('makes a record where nothing was, and an absence that the job had marked no longer counts', async () => {
    const ben = await someone();
    const workDate = dateIn(ZONE, MORNING);
    await env.DB.prepare(
      `INSERT INTO marks (person_id, work_date, status, set_by, at, absence_told) VALUES (?, ?, 'absent', NULL, ?, 1)`,
    )
      .bind(ben.id, workDate, MORNING + 10 * HOUR)
      .run();
    const day = { id: uuidv7(), workDate };
    const { id } = await asked(ben, day, shift);
    const status = async () => {
      const { records, marks, breaks } = await (await ask('/attendance/mine', { as: ben })).json<MyDays>();
      const mark = marks.find((it) => it.workDate === workDate) ?? null;
      return dayOf({ shift: null, off: null, records, breaks, mark, now: Date.now() }).status;
    };
    expect(await status()).toBe('absent');
    await decide(await someone({ roles: ['admin'] }), 'approve', id);
    expect(await recordOf(day.id)).toMatchObject({
      in_at: shift.in,
      out_at: shift.out,
      work_date: workDate,
      corrected: 1,
    });
    expect(await status()).toBe('present');
  });

  it('is refused when another record has come into the way since, and nothing changes', async () => {
    const [ben, ana] = [await someone(), await someone({ roles: ['supervisor'] })];
    const record = await worked(ben, shift);
    const { id } = await asked(ben, record, longer);
    const other = await worked(ben, { in: shift.out + HOUR, out: shift.out + 2 * HOUR });
    const before = await everything();
    const answer = await decide(ana, 'approve', id);
    expect(await answer.json()).toMatchObject({ code: 'overlap', current: { id: other.id } });
    expect(await everything()).toEqual(before);
    expect((await decide(ana, 'reject', id)).status).toBe(200);
  });

  it('of two requests for the same hours lets one be true', async () => {
    const [ben, ana] = [await someone(), await someone({ roles: ['supervisor'] })];
    const days = [1, 2].map(() => ({ id: uuidv7(), workDate: dateIn(ZONE, MORNING) }));
    const [one, two] = [await asked(ben, days[0]!, shift), await asked(ben, days[1]!, longer)];
    const answers = await Promise.all([decide(ana, 'approve', one.id), decide(ana, 'approve', two.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const { results } = await env.DB.prepare('SELECT id FROM attendance WHERE person_id = ?')
      .bind(ben.id)
      .all();
    expect(results).toHaveLength(1);
  });

  it('of a record that has changed since is refused with the record as it is', async () => {
    const [ben, ana] = [await someone(), await someone({ roles: ['supervisor'] })];
    const record = await worked(ben, shift);
    const { id } = await asked(ben, record, longer);
    await env.DB.prepare('UPDATE attendance SET out_at = out_at + 60000 WHERE id = ?').bind(record.id).run();
    const answer = await decide(ana, 'approve', id);
    expect(answer.status).toBe(409);
    expect(await answer.json()).toMatchObject({
      code: 'changed_meanwhile',
      current: { id: record.id, outAt: shift.out + 60_000 },
    });
    expect(await stateOf(id)).toBe('pending');
    expect(await recordOf(record.id)).toMatchObject({ in_at: shift.in, corrected: 0 });
  });

  it('of two supervisors at the same moment is one: the other learns who and when', async () => {
    const [ben, ana, cara] = [
      await someone(),
      await someone({ roles: ['supervisor'], name: 'Ana' }),
      await someone({ roles: ['admin'], name: 'Cara' }),
    ];
    const { id } = await asked(ben, await worked(ben, shift), longer);
    const answers = await Promise.all([decide(ana, 'approve', id), decide(cara, 'reject', id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [won, lost] = answers.sort((a, b) => a.status - b.status);
    const truth = await won.json<Correction>();
    expect(await lost.json()).toMatchObject({ code: 'already_decided', current: truth });
    const { results } = await env.DB.prepare('SELECT title FROM notifications WHERE person_id = ?')
      .bind(ben.id)
      .all();
    expect(results).toHaveLength(1);
  });

  it('whose answer was lost is answered alike by the same key, and is made once', async () => {
    const [ben, ana] = [await someone(), await someone({ roles: ['supervisor'] })];
    const { id } = await asked(ben, await worked(ben, shift), longer);
    const key = newKey();
    const first = await (await decide(ana, 'approve', id, { key })).json();
    expect(await (await decide(ana, 'approve', id, { key })).json()).toEqual(first);
    expect((await decide(ana, 'approve', id)).status).toBe(409);
  });
});

describe('nobody', () => {
  it.each(['approve', 'reject'] as const)('may %s their own request, not even an admin', async (what) => {
    const ana = await someone({ roles: ['admin', 'supervisor'] });
    const { id } = await asked(ana, await worked(ana, shift), longer);
    const before = await everything();
    const answer = await decide(ana, what, id);
    expect([answer.status, (await answer.json<Problem>()).code]).toEqual([403, 'own_correction']);
    expect(await everything()).toEqual(before);
  });

  it('but the requester may withdraw a request, and only while it waits', async () => {
    const [ben, eve, ana] = [await someone(), await someone(), await someone({ roles: ['admin'] })];
    const { id } = await asked(ben, await worked(ben, shift), longer);
    for (const other of [eve, ana]) expect((await decide(other, 'withdraw', id)).status).toBe(404);
    expect(await (await decide(ben, 'withdraw', id)).json()).toMatchObject({
      state: 'withdrawn',
      decidedBy: null,
    });
    expect(await (await decide(ben, 'withdraw', id)).json()).toMatchObject({ code: 'already_decided' });
    expect(await (await decide(ana, 'approve', id)).json()).toMatchObject({
      code: 'already_decided',
      current: { state: 'withdrawn' },
    });
  });

  it('rejects without a reason', async () => {
    const [ben, ana] = [await someone(), await someone({ roles: ['admin'] })];
    const { id } = await asked(ben, await worked(ben, shift), longer);
    expect((await decide(ana, 'reject', id, { answer: 'no' })).status).toBe(400);
    expect(await stateOf(id)).toBe('pending');
  });

  it('moves a request but by the table of moves', async () => {
    const [ben, ana] = [await someone(), await someone({ roles: ['admin'] })];
    const verbs = {
      withdrawn: [ben, 'withdraw'],
      approved: [ana, 'approve'],
      rejected: [ana, 'reject'],
    } as const;
    for (const from of ['withdrawn', 'approved', 'rejected'] as const) {
      expect(correctionMoves[from]).toEqual({});
      const { id } = await asked(ben, await worked(ben, { in: shift.in, out: shift.in + MINUTE }), {
        ...{ in: shift.in, out: shift.in + 2 * MINUTE },
      });
      await env.DB.prepare('UPDATE corrections SET state = ? WHERE id = ?').bind(from, id).run();
      for (const [who, what] of Object.values(verbs))
        expect(await (await decide(who, what, id)).json()).toMatchObject({ code: 'already_decided' });
      await env.DB.prepare('DELETE FROM attendance WHERE person_id = ?').bind(ben.id).run();
    }
  });
});

describe('the lists', () => {
  it('show those who decide the queue oldest first, page by page, with the person and a cursor', async () => {
    await env.DB.prepare(`UPDATE corrections SET state = 'withdrawn' WHERE state = 'pending'`).run();
    const [ben, ana] = [await someone({ name: 'Ben Okafor' }), await someone({ roles: ['supervisor'] })];
    const made: string[] = [];
    for (let n = 0; n < 3; n += 1) {
      const record = await worked(ben, { in: MORNING + n * HOUR, out: MORNING + n * HOUR + MINUTE });
      made.push((await asked(ben, record, { in: record.inAt, out: record.inAt + 5 * MINUTE })).id);
    }
    const list = async (query: string) =>
      (await ask(`/corrections?${query}`, { as: ana })).json<Corrections>();
    const first = await list('state=pending&limit=2');
    expect(first).toMatchObject({
      pending: 3,
      more: true,
      corrections: [{ person: { name: 'Ben Okafor' } }, {}],
    });
    const rest = await list(`state=pending&limit=2&after=${first.corrections[1]!.correction.id}`);
    const ids = [...first.corrections, ...rest.corrections].map(({ correction }) => correction.id);
    expect([ids, rest.more]).toEqual([made, false]);
    await decide(ana, 'reject', made[1]!);
    const { epoch, head } = first;
    const since = await ask(`/channels/admin.dashboard/events?since=${head}&epoch=${epoch}`, { as: ana });
    expect((await since.json<{ events: unknown[] }>()).events).toMatchObject([
      { type: 'correction.updated', data: { correction: { id: made[1], state: 'rejected' } } },
    ]);
    const decided = await list('state=decided&limit=1');
    expect(decided.corrections[0]!.correction.id).toBe(made[1]);
    const mine = await (await ask('/corrections/mine', { as: ben })).json<OwnCorrections>();
    expect(mine.corrections.map(({ id }) => id)).toEqual(made.toReversed());
    expect((await ask('/corrections/mine', { as: ana })).status).toBe(200);
    expect((await ask('/corrections', { as: ben })).status).toBe(403);
    expect((await ask('/corrections?state=lost', { as: ana })).status).toBe(400);
  });
});
