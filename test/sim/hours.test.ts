/**
 * Weeks of taps, breaks, marks, corrections, rule changes, moves, leaving and returning, in three zones over both changes of
 * the clock: no change of an admin today changes a past report, to the minute.
 */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';
import { uuidv7 } from 'uuidv7';
import { board, myDays } from '../../worker/attendance/days';
import { daysOf, type PersonDay } from '../../worker/attendance/outcomes';
import type { ProposedRecord } from '../../worker/contract/attendance/corrections/proposals';
import { addDays, instantOf } from '../../worker/contract/zones';
import { dayOf } from '../../worker/contract/attendance/day';
import type { Mark } from '../../worker/contract/attendance/attendance';
import { enterDays } from '../../worker/attendance/corrections/enter';
import { daysFile } from '../../worker/reports/files';
import { ask } from '../../worker/db/queries';
import { rosterOf } from '../../worker/schedules/roster';
import { dice } from './dice';
import { walked } from './minutes';
import { BERLIN, Month } from './month';
import { someone } from '../worker/workplace';

/** Berlin changes its clocks on 25 October, New York on 1 November. */
const FROM = '2026-10-22';
const DAYS = 12;
const MINUTE = 60_000;

beforeEach(async () => {
  const tables = [
    'breaks',
    'attendance',
    'marks',
    'corrections',
    'terms',
    'assignments',
    'schedule_weeks',
    'schedules',
  ];
  await env.DB.batch(
    [...tables, 'settings', 'progress'].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
});

describe.each([1, 2])('two weeks (seed %i)', (seed) => {
  // The limit stops an endless run; a busy machine is slow and right.
  it('keeps past reports, and board, own days, report and file agree', () => lived(seed), 240_000);
});

async function lived(seed: number): Promise<void> {
  const random = dice(seed);
  const month = new Month(await someone({ roles: ['admin'] }), random, FROM);
  await month.begin();
  let compared = 0;
  for (let hour = 0; hour < DAYS * 24; hour += 1) {
    await month.hour();
    if (month.chance(0.06)) await month.mark();
    if (month.chance(0.06)) {
      const before = await pastOf(month);
      const what = await month.presentChange();
      expect([what, await pastOf(month)]).toEqual([what, before]);
      compared += before.length;
    }
  }
  expect(compared).toBeGreaterThan(60);
  await month.jobs();
  expect(await mended(month)).toBeGreaterThan(0);
  const days = await reported(month, FROM, month.today);
  expect(days.length).toBeGreaterThan(30);
  for (const day of days) await secondOpinion(month, day);
  await sameEverywhere(month, days);
  await noOverlaps();
}

async function reported(month: Month, from: string, to: string): Promise<PersonDay[]> {
  const found: PersonDay[] = [];
  for await (const { days } of daysOf(await month.scope(), { from, to })) found.push(...days);
  return found;
}

/** Every finished past day of a report; an open record may still end. */
async function pastOf(month: Month) {
  const days = await reported(month, FROM, addDays(month.today, -1));
  return days
    .filter(({ records }) => records.every(({ outAt }) => outAt !== null))
    .map(({ person, date, term, zone, outcome, overtimeMs, weekOvertimeMs }) => ({
      ...{ person: person.id, date, department: term?.department, zone, outcome, overtimeMs, weekOvertimeMs },
    }))
    .sort((a, b) => (a.date + a.person < b.date + b.person ? -1 : 1));
}

/** Checks the equation, and the hours by a second computation. */
async function secondOpinion(month: Month, day: PersonDay): Promise<void> {
  const { outcome, person, date, records, breaks, mark } = day;
  const { spanMs, workedMs, breakMs, deductedMs, uncountedMs } = outcome;
  expect(workedMs + breakMs + deductedMs + uncountedMs).toBe(spanMs);
  expect(outcome.worked.reduce((sum, { from, to }) => sum + to - from, 0)).toBe(workedMs);
  const roster = await ask(env.DB, rosterOf(env.DB, { from: date, to: date, people: [person.id] }, BERLIN));
  const opinion = walked({
    ...{ ...roster.planOf(person.id, date), records, breaks, now: month.now },
    onLeave: mark?.status === 'on_leave',
    countsEarly: mark?.countsEarly ?? false,
  });
  expect({
    ...{ span: spanMs / MINUTE, breaks: breakMs / MINUTE, uncounted: uncountedMs / MINUTE },
    ...{ deducted: deductedMs / MINUTE, worked: workedMs / MINUTE, overtime: outcome.overtimeMs / MINUTE },
    late: outcome.lateMs / MINUTE,
  }).toEqual(opinion);
}

/** Board, own days, report and file are equal at one moment. */
async function sameEverywhere(month: Month, days: readonly PersonDay[]): Promise<void> {
  const scope = await month.scope();
  const file = await new Response(daysFile(scope, { from: FROM, to: month.today }, 'csv')).text();
  for (const person of month.people) {
    const mine = await myDays(await month.scope(person), { to: month.today, days: DAYS + 3 });
    for (const day of days.filter((each) => each.person.id === person)) {
      const records = mine.records.filter(({ workDate }) => workDate === day.date);
      const ids = new Set(records.map(({ id }) => id));
      const breaks = mine.breaks.filter(({ recordId }) => ids.has(recordId));
      const mark = (mine.marks.find(({ workDate }) => workDate === day.date) ?? null) as Mark | null;
      const plan = mine.plans[day.date];
      if (!plan) throw new Error(`${day.date} has no plan`);
      expect(dayOf({ ...plan, records, breaks, mark, now: month.now })).toEqual(day.outcome);
    }
  }
  for (const date of new Set(days.map((day) => day.date))) {
    const shown = await board(scope, date);
    for (const day of days.filter((each) => each.date === date)) {
      const { id } = day.person;
      const records = shown.records.filter((it) => it.personId === id && it.workDate === date);
      const breaks = shown.breaks.filter((it) => records.some((record) => record.id === it.recordId));
      const mark = shown.marks.find((it) => it.personId === id) ?? null;
      const plan = shown.plans[shown.expected[id] ?? -1];
      if (!plan) throw new Error(`${day.person.name} is not on the board of ${date}`);
      expect(dayOf({ ...plan, records, breaks, mark, now: month.now })).toEqual(day.outcome);
      const minutes = day.outcome.workedMs / MINUTE;
      const worked = `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
      const line = file
        .split('\r\n')
        .find((each) => each.startsWith(date) && each.includes(day.person.email));
      expect(line?.split(',')).toContain(worked);
    }
  }
}

/** One entry of a supervisor changes any state of a day into a given one. */
async function mended(month: Month): Promise<number> {
  let reached = 0;
  for (const person of month.people) {
    const date = addDays(month.today, -month.between(3, 9));
    const roster = await ask(env.DB, rosterOf(env.DB, { from: date, to: date, people: [person] }, BERLIN));
    const zone = roster.zoneOf(person, date);
    const [inAt, outAt] = [instantOf(zone, date, '12:00'), instantOf(zone, date, '15:30')];
    const record: ProposedRecord = {
      ...{ id: uuidv7(), inAt, outAt },
      breaks: [{ id: uuidv7(), kind: 'meal', startAt: inAt + 60 * MINUTE, endAt: inAt + 80 * MINUTE }],
    };
    const days = { from: addDays(date, -1), to: addDays(date, 1), records: [record] };
    const beside = await env.DB.prepare(
      'SELECT count(*) AS n FROM attendance WHERE person_id = ?1 AND work_date NOT BETWEEN ?2 AND ?3 AND in_at < ?5 AND coalesce(out_at, 9e15) > ?4',
    )
      .bind(person, days.from, days.to, inAt, outAt)
      .first<number>('n');
    if (beside !== 0) continue;
    await enterDays(await month.scope(), person, { id: uuidv7(), days, reason: 'As it really was' });
    const { results } = await env.DB.prepare(
      'SELECT id, in_at AS inAt, out_at AS outAt FROM attendance WHERE person_id = ? AND work_date BETWEEN ? AND ?',
    )
      .bind(person, days.from, days.to)
      .all();
    expect(results).toEqual([{ id: record.id, inAt, outAt }]);
    reached += 1;
  }
  return reached;
}

async function noOverlaps(): Promise<void> {
  const { results } = await env.DB.prepare(
    `SELECT a.id, b.id AS other FROM attendance AS a JOIN attendance AS b ON a.person_id = b.person_id AND a.id < b.id
     AND a.in_at < coalesce(b.out_at, 9e15) AND b.in_at < coalesce(a.out_at, 9e15)`,
  ).all();
  expect(results).toEqual([]);
  const outside = await env.DB.prepare(
    `SELECT breaks.id FROM breaks JOIN attendance ON attendance.id = record_id
     WHERE start_at < in_at OR coalesce(end_at, start_at) > coalesce(out_at, 9e15)`,
  ).all();
  expect(outside.results).toEqual([]);
}
