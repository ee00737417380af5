/** What is typed about people's days, over the reload that brings a new version. */
import { expect, it } from 'vitest';
import type { Mark } from '$contract/attendance/attendance';
import type { PersonDays } from '$contract/attendance/corrections/requests';
import type { ApiClient } from '$lib/api';
import type { Board } from '$lib/attendance/Board.svelte';
import { DayDraft } from '$lib/attendance/corrections/DayDraft.svelte';
import { PersonEntry } from '$lib/attendance/corrections/PersonEntry.svelte';
import { MarkForm } from '$lib/attendance/MarkForm.svelte';
import { fitted } from '$lib/fitted';
import { Times } from '$lib/times';
import { recorded } from '../live/recorded';
import { idOf } from '../World';
import { closed, holdTime, setUp } from './my-day-page';

holdTime();

const DATE = '2026-10-25';
const kinds = [
  { kind: 'meal', name: 'Meal', minutes: 30 },
  { kind: 'smoke', name: 'Smoke', minutes: 5 },
];
const morning = recorded(DATE, '2026-10-25T00:15:42Z', '2026-10-25T01:30:17.250Z', [
  { from: '2026-10-25T00:30:05Z', to: '2026-10-25T00:45Z' },
]);
const evening = recorded(DATE, '2026-10-25T17:00Z', null, [{ from: '2026-10-25T18:00Z', to: null }]);
const begin = (days = [morning, evening]) => new DayDraft(new Times('Europe/Berlin'), DATE, days, kinds);
/** As the page keeps it. */
function reload<Kept>(before: { kept: Kept }, after: { kept: Kept }): void {
  after.kept = fitted(after.kept, JSON.parse(JSON.stringify(before.kept)));
}

it('a day keeps its typed, added and removed times, to the millisecond where they are unchanged', () => {
  const before = begin();
  const [first, last] = before.records;
  if (!first?.out || !last) throw new Error('the records are missing');
  first.out.second = false;
  before.addBreak(first);
  if (first.breaks[0]) first.breaks[0].kind = 'smoke';
  last.in.text = `${DATE}T17:30`;
  before.extend('2026-10-26', []);
  before.addRecord();
  const after = begin();
  reload(before, after);
  const now = Date.parse('2026-10-26T12:00Z');
  const withoutNewIds = ({ records, workedMs, troubles }: ReturnType<DayDraft['read']>) => [
    records?.map((it) => ({ ...it, id: 0, breaks: it.breaks.map((one) => ({ ...one, id: 0 })) })),
    workedMs,
    troubles,
  ];
  expect(withoutNewIds(after.read(now))).toEqual(withoutNewIds(before.read(now)));
  expect([after.from, after.to, after.records.length, after.records[0]?.breaks.length]).toEqual([
    DATE,
    '2026-10-26',
    3,
    2,
  ]);
  expect(after.records[0]?.in.at).toBe(morning.record.inAt);
  expect([after.records[1]?.out, after.records[1]?.breaks[0]?.end]).toEqual([undefined, undefined]);
});

it('a day still replaces what it was made from, so that the server refuses it when someone else was faster', () => {
  const before = begin();
  before.removeRecord(before.records[1] as never);
  const after = begin([]);
  reload(before, after);
  expect(after.before).toEqual(before.before);
  expect(after.records.map(({ id }) => id)).toEqual([morning.record.id]);
});

it('one person’s days keep their reason, and nothing while they are unchanged', () => {
  const shown = {
    person: { id: idOf(2), name: 'Ben', email: 'ben@muster.test', staffNumber: null },
    now: Date.parse('2026-10-25T20:00Z'),
    date: DATE,
    zone: 'Europe/Berlin',
    days: [morning],
    shifts: {},
    breakKinds: kinds,
    closedThrough: null,
  } as unknown as PersonDays;
  const entry = () => new PersonEntry({} as ApiClient, shown);
  const before = entry();
  expect(before.kept).toBeUndefined();
  before.reason = 'Forgot to check out';
  const out = before.draft.records[0]?.out;
  if (out) out.text = `${DATE}T06:00`;
  const after = entry();
  reload(before, after);
  expect([after.reason, after.draft.records[0]?.out?.text]).toEqual(['Forgot to check out', `${DATE}T06:00`]);
  expect(after.ready).toBe(true);
});

it('“When did you leave?” keeps the typed time and its reason', () => {
  const before = setUp({ records: [closed] }).question();
  expect(before.kept).toBeUndefined();
  before.askTime();
  before.time.text = '2026-06-10T18:20';
  before.reason = 'Stocktaking';
  const after = setUp({ records: [closed] }).question();
  reload(before, after);
  expect([after.asksTime, after.time.text, after.reason, after.ready]).toEqual([
    true,
    '2026-06-10T18:20',
    'Stocktaking',
    true,
  ]);
});

it('status and note of a day are kept, and still show that someone else has changed them', () => {
  const marks: Record<string, Mark> = {};
  const board = { markOf: (id: string) => marks[id] } as unknown as Board;
  const form = () => new MarkForm(board, {} as ApiClient, idOf(1), idOf(2));
  const before = form();
  Object.assign(before, { status: 'excused', note: 'Called at 8' });
  marks[idOf(2)] = { status: null, note: 'Late', countsEarly: false, at: 5 } as unknown as Mark;
  const after = form();
  expect([after.note, after.overtaken]).toEqual(['Late', false]);
  reload(before, after);
  expect([after.status, after.note, after.overtaken]).toEqual(['excused', 'Called at 8', true]);
});
