/** Entries and requests repeated under one id: the same content is written once, other content never. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import type {
  EnteredDay,
  ProposedRecord,
  WallRecord,
} from '../../../../worker/contract/attendance/corrections/proposals';
import {
  at,
  days,
  decide,
  enter,
  ok,
  breakAt,
  problem,
  propose,
  record,
  recordsOf,
  worked,
} from './corrected';
import { follow } from '../../schedules/rota';
import { ask, closeThrough, everything, newKey, type Someone, someone } from '../../workplace';

let ana: Someone;
let ben: Someone;
beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone()];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
});

/** All rows but keys, which a refusal may use up. */
async function changes() {
  const { idempotency: _keys, ...rest } = await everything();
  return rest;
}

const countOf = (id: string) =>
  env.DB.prepare('SELECT count(*) AS n FROM journal WHERE subject = ?').bind(`correction/${id}`).first('n');

describe('days of one person', () => {
  const meal = breakAt('08T12:00', '08T12:30');
  const id = uuidv7();
  const made = (it: Partial<ProposedRecord> = {}) =>
    record('08T09:00', '08T17:00', { id, breaks: [meal], ...it });

  it('entered again with another key are one entry', async () => {
    const [entry, first] = [uuidv7(), record('08T09:00', '08T12:00')];
    const second = record('08T13:00', '08T17:00');
    const earlier = await ok(enter(ana, ben, days('08', [first, second]), { id: entry }));
    const before = await changes();
    expect(await ok(enter(ana, ben, days('08', [second, first]), { id: entry }))).toEqual(earlier);
    expect(await changes()).toEqual(before);
    expect(await countOf(entry)).toBe(1);
  });

  it.each<[string, (of: Parameters<typeof enter>[3]) => Promise<Response>]>([
    ['times', (of) => enter(ana, ben, days('08', [made({ outAt: at('08T17:01') })]), of)],
    ['breaks', (of) => enter(ana, ben, days('08', [made({ breaks: [] })]), of)],
    ['another record', (of) => enter(ana, ben, days('08', [made({ id: uuidv7() })]), of)],
    ['nothing', (of) => enter(ana, ben, days('08', []), of)],
    ['more days', (of) => enter(ana, ben, days('08', [made()], '09'), of)],
    ['another reason', (of) => enter(ana, ben, days('08', [made()]), { ...of, reason: 'The gate log' })],
    ['another person', async (of) => enter(ana, await someone(), days('08', [made()]), of)],
    [
      'another supervisor',
      async (of) => enter(await someone({ roles: ['supervisor'] }), ben, days('08', [made()]), of),
    ],
  ])('entered again with %s are refused, and nothing changes', async (_what, again) => {
    const entry = uuidv7();
    await ok(enter(ana, ben, days('08', [made()]), { id: entry }));
    const before = await recordsOf(ben);
    const refused = await again({ id: entry });
    expect([refused.status, (await problem(refused)).code]).toEqual([422, 'key_reused']);
    expect(await recordsOf(ben)).toEqual(before);
    expect(await countOf(entry)).toBe(1);
    await ok(enter(ana, ben, days('08', [])));
  });

  it('entered at one moment with two keys are one entry', async () => {
    const [entry, of] = [uuidv7(), days('08', [record('08T09:00', '08T17:00')])];
    const answers = await Promise.all([1, 2, 3].map(() => enter(ana, ben, of, { id: entry })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect([await countOf(entry), (await recordsOf(ben)).length]).toEqual([1, 1]);
  });

  it('requested again with other content are refused, and a late retry of an approved request returns its first answer', async () => {
    const entry = uuidv7();
    await worked(ben, '08T09:00', '08T17:00');
    const first = await ok(propose(ben, days('08', []), { id: entry }));
    await ok(decide(ana, 'approve', entry));
    expect(await ok(propose(ben, days('08', []), { id: entry }))).toEqual(first);
    for (const again of [
      propose(ben, days('08', [], '09'), { id: entry }),
      propose(ben, days('08', [record('08T09:00', '08T16:00')]), { id: entry }),
      propose(ben, days('08', []), { id: entry, reason: 'I was ill' }),
    ])
      expect(await problem(again)).toMatchObject({ code: 'key_reused' });
    expect(await countOf(entry)).toBe(2);
  });
});

describe('one day of many people', () => {
  const wall: WallRecord = {
    start: '22:00',
    secondStart: false,
    end: '06:00',
    secondEnd: false,
    breaks: [{ kind: 'meal', start: '01:00', secondStart: false, end: '01:30', secondEnd: false }],
  };
  type Day = Awaited<ReturnType<typeof dayOf>>;
  const dayOf = async () => {
    const crowd = [ben, await someone({ zone: 'Asia/Tokyo' })];
    return {
      date: '2026-06-08',
      people: crowd.map(({ id }) => ({ id: uuidv7(), personId: id })),
      records: [wall],
      reason: 'The terminal was broken',
    };
  };
  const send = (json: Day, key = newKey(), as = ana) => ask('/attendance/days', { as, key, json });
  const outcomes = async (answer: Promise<Response>) =>
    (await (await answer).json<EnteredDay>()).people.map(({ outcome }) => outcome);

  it('entered again with another key is one entry each, also after the days are closed', async () => {
    const json = await dayOf();
    expect(await outcomes(send(json))).toEqual(['entered', 'entered']);
    const before = await changes();
    expect(await outcomes(send(json))).toEqual(['entered', 'entered']);
    expect(await changes()).toEqual(before);
    await closeThrough('2026-06-08');
    expect(await outcomes(send(json))).toEqual(['entered', 'entered']);
    await closeThrough(null);
  });

  it.each<[string, (json: Day) => Partial<Day>]>([
    ['times', () => ({ records: [{ ...wall, end: '06:01' }] })],
    ['breaks', () => ({ records: [{ ...wall, breaks: [] }] })],
    ['no record', () => ({ records: [] })],
    ['another date', () => ({ date: '2026-06-07' })],
    ['another reason', () => ({ reason: 'The gate log says so' })],
  ])('entered again with %s is refused for each in words, and nothing changes', async (_what, other) => {
    const json = await dayOf();
    await send(json);
    const before = await changes();
    const answer = await (await send({ ...json, ...other(json) })).json<EnteredDay>();
    for (const { outcome, why } of answer.people)
      expect([outcome, why]).toEqual(['refused', expect.stringMatching(/other content/)]);
    expect(await changes()).toEqual(before);
  });

  it('with the ids of two people swapped refuses both, and enters a third', async () => {
    const json = await dayOf();
    await send(json);
    const [one, two] = json.people.map(({ id }) => id);
    const third = await someone();
    const people = [
      ...json.people.map(({ personId }, index) => ({ personId, id: (index === 0 ? two : one) ?? '' })),
      { personId: third.id, id: uuidv7() },
    ];
    expect(await outcomes(send({ ...json, people }))).toEqual(['refused', 'refused', 'entered']);
    expect(await recordsOf(third)).toHaveLength(1);
  });

  it('with an id that another correction has used refuses that person only', async () => {
    const json = await dayOf();
    const [taken] = json.people;
    await worked(ben, '05T09:00', '05T17:00');
    await ok(propose(ben, days('05', []), { id: taken?.id ?? '' }));
    expect(await outcomes(send(json))).toEqual(['refused', 'entered']);
  });

  it('with one key does not enter a refused person on the retry', async () => {
    const [json, key] = [await dayOf(), newKey()];
    const busy = await worked(ben, '08T21:00', '08T23:00');
    await env.DB.prepare(`UPDATE attendance SET work_date = '2026-06-07' WHERE id = ?`).bind(busy).run();
    expect(await outcomes(send(json, key))).toEqual(['refused', 'entered']);
    await env.DB.prepare('DELETE FROM attendance WHERE id = ?').bind(busy).run();
    expect(await outcomes(send(json, key))).toEqual(['refused', 'entered']);
    expect(await recordsOf(ben)).toEqual([]);
    expect(await outcomes(send(json))).toEqual(['entered', 'entered']);
  });

  it('with one key and another body is refused', async () => {
    const [json, key] = [await dayOf(), newKey()];
    await send(json, key);
    expect(await problem(send({ ...json, reason: 'The gate log' }, key))).toMatchObject({
      code: 'key_reused',
    });
  });

  it('may not use an id twice', async () => {
    const json = await dayOf();
    const people = json.people.map((it) => ({ ...it, id: json.people[0]?.id ?? '' }));
    expect(await problem(send({ ...json, people }))).toMatchObject({ code: 'invalid_input' });
  });
});
