/** A correction confirms an assumed end, or leaves it unconfirmed. */
import { env } from 'cloudflare:workers';
import { beforeEach, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { checkIn, checkOut } from '../../../worker/attendance/check-in';
import { endBreak, startBreak } from '../../../worker/attendance/breaks';
import type { Correction } from '../../../worker/contract/attendance/corrections/corrections';
import type { ProposedRecord } from '../../../worker/contract/attendance/corrections/proposals';
import { at, days, decide, enter, ok, problem, propose, record } from './corrections/corrected';
import { follow, jobsAt } from '../schedules/rota';
import { listening, scopeOf, type Someone, someone } from '../workplace';

let ana: Someone;
let ben: Someone;
/** An hour in the early morning, then a day without a check-out. */
let early: ProposedRecord;
let forgotten: ProposedRecord;

beforeEach(async () => {
  [ana, ben] = [await someone({ roles: ['supervisor'] }), await someone()];
  await follow([ben], { start: '09:00', end: '17:00', breakMinutes: 30 });
  early = record('08T06:00', '08T07:00');
  forgotten = record('08T08:58', '08T17:00');
  const meal = { id: uuidv7(), kind: 'meal', startAt: at('08T12:00'), endAt: at('08T12:30') };
  await checkIn(scopeOf(ben, early.inAt), early.id);
  await checkOut(scopeOf(ben, at('08T07:00')), early.id);
  await checkIn(scopeOf(ben, forgotten.inAt), forgotten.id);
  await startBreak(scopeOf(ben, meal.startAt), { id: meal.id, recordId: forgotten.id, kind: 'meal' });
  await endBreak(scopeOf(ben, meal.endAt), meal.id);
  forgotten.breaks.push(meal);
  await jobsAt(at('08T23:30'));
  expect(await endOf(forgotten)).toEqual(ASSUMED);
});

const ASSUMED = { outAt: at('08T17:00'), auto: 1, unconfirmed: 1, corrected: 0 };
const CONFIRMED = { outAt: at('08T17:00'), auto: 0, unconfirmed: 0, corrected: 1 };

const endOf = ({ id }: ProposedRecord) =>
  env.DB.prepare('SELECT out_at AS outAt, auto, unconfirmed, corrected FROM attendance WHERE id = ?')
    .bind(id)
    .first();

/** An approved request and an entry follow the same rule. */
const ways: [string, (records: ProposedRecord[]) => Promise<Correction>][] = [
  [
    'an approved request',
    async (records) => {
      const { id } = await ok(propose(ben, days('08', records)));
      return ok(decide(ana, 'approve', id));
    },
  ],
  ['an entry', (records) => ok(enter(ana, ben, days('08', records)))],
];

it.each(ways)(
  '%s that changes nothing confirms the end, in the journal and on every screen',
  async (_, correct) => {
    const [own, board] = [await listening(ben, `user.${ben.id}`), await listening(ana, 'admin.dashboard')];
    const { id } = await correct([early, forgotten]);
    expect(await endOf(forgotten)).toEqual(CONFIRMED);
    expect(await endOf(early)).toMatchObject({ corrected: 0 });
    const entry = await env.DB.prepare(
      'SELECT before, after FROM journal WHERE subject = ? ORDER BY id DESC LIMIT 1',
    )
      .bind(`correction/${id}`)
      .first<{ before: string; after: string }>();
    const { before } = JSON.parse(entry?.after ?? '{}') as Correction;
    const { after } = JSON.parse(entry?.after ?? '{}') as Correction;
    expect([before, after].map((those) => those.map(({ record: { unconfirmed } }) => unconfirmed))).toEqual([
      [false, true],
      [false, false],
    ]);
    for (const channel of [own, board]) {
      await channel.until(() => channel.events.some(({ type }) => type === 'days.replaced'));
      expect(channel.events.find(({ type }) => type === 'days.replaced')?.data).toMatchObject({
        days: [{ record: { id: early.id } }, { record: { id: forgotten.id, unconfirmed: false } }],
      });
    }
    await expect(checkOut(scopeOf(ben, at('08T23:40')), forgotten.id)).rejects.toMatchObject({
      code: 'already_checked_out',
    });
  },
);

it.each(ways)('%s of another record leaves the end unconfirmed', async (_, correct) => {
  await correct([{ ...early, outAt: at('08T07:30') }, forgotten]);
  expect(await endOf(forgotten)).toEqual(ASSUMED);
  await correct([forgotten]);
  expect(await endOf(forgotten)).toEqual(ASSUMED);
});

it.each(ways)('%s that adds a record leaves the end unconfirmed', async (_, correct) => {
  await correct([early, forgotten, record('08T18:00', '08T19:00')]);
  expect(await endOf(forgotten)).toEqual(ASSUMED);
});

it.each<[string, () => ProposedRecord]>([
  ['start', () => ({ ...forgotten, inAt: at('08T08:30') })],
  ['break', () => ({ ...forgotten, breaks: [] })],
])('a changed %s of the record confirms the end that it names', async (_, changed) => {
  await ok(enter(ana, ben, days('08', [early, changed()])));
  expect(await endOf(forgotten)).toEqual(CONFIRMED);
});

it('a request that changes nothing waits for a decision, and is refused once the end is confirmed', async () => {
  const { id } = await ok(propose(ben, days('08', [early, forgotten])));
  expect(await endOf(forgotten)).toEqual(ASSUMED);
  await ok(decide(ana, 'approve', id));
  expect(await problem(propose(ben, days('08', [early, forgotten])))).toMatchObject({
    code: 'invalid_input',
    issues: [{ path: 'days.records', message: 'must differ from what is recorded' }],
  });
});
