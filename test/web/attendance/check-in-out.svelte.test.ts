/** The buttons of a person's day: one press makes one record or one break, even if its answer is lost. */
import { describe, expect, it, vi } from 'vitest';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import type { Correction } from '$contract/attendance/corrections/corrections';
import { problemOf } from '../problems.ts';
import { type Answer, closed, holdTime, NIGHT, open, receipted, setUp, spent } from './my-day-page';
import { idOf } from '../World';

holdTime();

const record = (id: string, outAt: number | null = null): AttendanceRecord => ({
  ...open,
  id,
  inAt: NIGHT,
  outAt,
  dueOut: null,
});
const opened = ({ id }: { id: string }): Answer => receipted(record(id));
/** Longer than a button's rest. */
const rest = () => vi.advanceTimersByTimeAsync(1_300);

describe('a check-in', () => {
  it('tapped twice is one check-in, and the second tap is no check-out', async () => {
    const { day, requests } = setUp({}, { 'check-in': opened });
    const first = day.checkInOut.press();
    await day.checkInOut.press();
    await first;
    await day.checkInOut.press();
    expect(requests.map(({ what }) => what)).toEqual(['check-in']);
    expect(day.open?.outAt).toBeNull();
  });

  it('shows its record before the answer, and its receipt after it', async () => {
    const { day } = setUp({}, { 'check-in': 'never' });
    void day.checkInOut.press();
    expect(day.open?.inAt).toBe(NIGHT);
    await vi.advanceTimersByTimeAsync(0);
    expect([day.open?.inAt, day.checkInOut.sending, day.receipt]).toEqual([NIGHT, true, undefined]);
  });

  it('without an answer is kept and shown, and sent again with the same id and key', async () => {
    const answers: Answer[] = ['lost'];
    const { day, requests, keys, outbox } = setUp(
      {},
      { 'check-in': (json) => answers.shift() ?? opened(json) },
    );
    await day.checkInOut.press();
    expect([day.open?.inAt, day.receipt, outbox.stopped]).toEqual([NIGHT, undefined, 'away']);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(requests).toHaveLength(2);
    expect(requests[1]).toEqual(requests[0]);
    expect(new Set(keys).size).toBe(1);
    expect(day.receipt).toMatchObject({ record: { id: day.open?.id }, receipt: { entry: 9 } });
    expect(outbox.queued).toEqual([]);
  });

  it('and the check-out after it, both without network, show one closed record', async () => {
    const { day, outbox } = setUp({}, { 'check-in': 'lost' });
    await day.checkInOut.press();
    await rest();
    const { open } = day;
    await day.checkInOut.press();
    expect(outbox.queued.map(({ act, body }) => [act, body['id']])).toEqual([
      ['attendance/check-in', open?.id],
      ['attendance/check-out', open?.id],
    ]);
    expect(day.open).toBeUndefined();
    expect(day.day('2026-06-10').records.find(({ id }) => id === open?.id)).toMatchObject({
      inAt: NIGHT,
      outAt: NIGHT + 1_300,
    });
  });

  it('that came too late waits for a decision, and is no longer shown as a record', async () => {
    const correction: Correction = {
      id: idOf(70),
      personId: open.personId,
      from: '2026-06-10',
      to: '2026-06-10',
      zone: 'Europe/Berlin',
      before: [],
      after: [],
      reason: 'Tapped without network: check-in 08:50.',
      state: 'pending',
      requestedAt: NIGHT,
      decidedBy: null,
      decidedAt: null,
      answer: null,
    };
    const { day, waiting } = setUp({}, { 'check-in': { status: 200, body: { proposed: correction } } });
    await day.checkInOut.press();
    await vi.advanceTimersByTimeAsync(0);
    expect([day.open, waiting]).toEqual([undefined, [correction]]);
  });

  it('on a page that missed an earlier one shows that record and its receipt', async () => {
    const other = record(idOf(50));
    const { day } = setUp({}, { 'check-in': receipted(other) });
    await day.checkInOut.press();
    await vi.advanceTimersByTimeAsync(0);
    expect(day.open).toEqual(other);
    expect(day.receipt).toMatchObject({ record: { id: other.id }, receipt: { entry: 9 } });
    expect(day.day('2026-06-10').records.map(({ id }) => id)).toEqual([closed.id, other.id]);
  });
});

it('a button that another device has relabelled rests for a moment', async () => {
  const { day, requests, push } = setUp({}, { 'check-out': 'never' });
  push('attendance.checked_in', record(idOf(50)));
  expect(day.checkInOut.button.ready).toBe(false);
  await day.checkInOut.press();
  expect(requests).toEqual([]);
  await rest();
  void day.checkInOut.press();
  await vi.advanceTimersByTimeAsync(0);
  expect(requests).toEqual([{ what: 'check-out', json: { id: idOf(50) } }]);
});

it('a break in a record that the server does not know yet is sent after it', async () => {
  const { day, outbox } = setUp({}, { 'check-in': 'lost' });
  await day.checkInOut.press();
  await day.breakCommand.begin({ kind: 'rest', name: 'Rest', minutes: 20, left: 1 });
  expect(outbox.queued.map(({ act }) => act)).toEqual(['attendance/check-in', 'attendance/break-start']);
  expect(day.on).toMatchObject({ recordId: day.open?.id, kind: 'rest' });
});

it('the event of a tap without an answer shows the server’s record, and the taps after it stay shown', async () => {
  const { day, push, outbox } = setUp({}, { 'check-in': 'lost' });
  await day.checkInOut.press();
  const id = day.open?.id ?? '';
  await rest();
  await day.checkInOut.press();
  push('attendance.checked_in', record(id));
  expect(day.open).toBeUndefined();
  expect(outbox.queued).toHaveLength(2);
});

it('the break buttons rest for a moment after another device started a break', async () => {
  const { day, requests, push } = setUp({ records: [open], open }, { 'break-end': 'never' });
  push('break.updated', { ...spent, auto: false, startAt: NIGHT, endAt: null, dueAt: NIGHT + 60_000 });
  expect(day.breakCommand.button.ready).toBe(false);
  await day.breakCommand.end();
  expect(requests).toEqual([]);
  await rest();
  expect(day.breakCommand.button.ready).toBe(true);
});

describe('a break', () => {
  const rested = { kind: 'rest', name: 'Rest', minutes: 20, left: 20 * 60_000 };
  const on: Break = {
    ...spent,
    id: idOf(60),
    auto: false,
    startAt: NIGHT,
    endAt: null,
    dueAt: NIGHT + rested.left,
  };
  const here = { records: [open], open };

  it('tapped twice is one break, and counts before the answer', async () => {
    const { day, requests } = setUp(here, { 'break-start': 'never' });
    void day.breakCommand.begin(rested);
    await day.breakCommand.begin(rested);
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toMatchObject([{ what: 'break-start', json: { recordId: open.id, kind: 'rest' } }]);
    expect(day.on).toMatchObject({ kind: 'rest', startAt: NIGHT, dueAt: NIGHT + rested.left });
  });

  it('started on a page that missed another one is refused with a message, and the other one shows', async () => {
    const problem = problemOf('on_break');
    const { day, miss } = setUp(here, { 'break-start': { status: 409, body: problem } });
    const meal = { ...on, id: idOf(61), kind: 'meal' };
    miss('break.updated', meal);
    await day.breakCommand.begin(rested);
    await vi.advanceTimersByTimeAsync(0);
    expect(day.breakCommand.button.message).toBe(problem.title);
    expect(day.on).toEqual(meal);
  });

  it('ends on the second at its allowance and is then overdue', async () => {
    const { day } = setUp({ ...here, breaks: [{ ...on, dueAt: NIGHT + 5_000 }] });
    await vi.advanceTimersByTimeAsync(4_000);
    expect([day.on?.id, day.overdue]).toEqual([on.id, undefined]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([day.on, day.overdue?.id]).toEqual([undefined, on.id]);
  });

  it('of a kind that is used up cannot start', async () => {
    const { day, requests } = setUp({ ...here, breaks: [spent] });
    expect(day.allowances.map(({ kind, left }) => [kind, left])).toEqual([['rest', 0]]);
    await day.breakCommand.begin({ ...rested, left: 0 });
    expect(requests).toEqual([]);
  });
});
