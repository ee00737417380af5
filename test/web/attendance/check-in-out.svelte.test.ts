/** The buttons of a person's day: one press makes one record or one break, even if its answer is lost. */
import { describe, expect, it, vi } from 'vitest';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import { noAnswer } from '$lib/problem';
import { problemOf } from '../problems.ts';
import {
  type Answer,
  breakReceipted,
  closed,
  holdTime,
  NIGHT,
  open,
  receipted,
  setUp,
  spent,
} from './my-day-page';
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

  it('shows its record before the answer, and its receipt after it', () => {
    const { day } = setUp({}, { 'check-in': 'never' });
    void day.checkInOut.press();
    expect([day.open?.inAt, day.checkInOut.command.busy, day.receipt]).toEqual([NIGHT, true, undefined]);
  });

  it('whose answer is lost is retried with the same id and key', async () => {
    const answers: Answer[] = ['lost'];
    const { day, requests, keys } = setUp({}, { 'check-in': (json) => answers.shift() ?? opened(json) });
    const pressed = day.checkInOut.press();
    await vi.advanceTimersByTimeAsync(800);
    await pressed;
    expect(requests).toHaveLength(2);
    expect(requests[1]).toEqual(requests[0]);
    expect(new Set(keys).size).toBe(1);
    expect(day.receipt).toMatchObject({ record: { id: day.open?.id }, receipt: { entry: 9 } });
  });

  it('without any answer is rolled back with a message, and the next press has its id and key', async () => {
    const { day, requests, keys } = setUp({}, { 'check-in': 'lost' });
    void day.checkInOut.press();
    expect(day.open).toBeDefined();
    await vi.advanceTimersByTimeAsync(3_300);
    expect([day.open, day.checkInOut.command.message]).toEqual([undefined, noAnswer]);
    await rest();
    void day.checkInOut.press();
    await vi.advanceTimersByTimeAsync(3_300);
    expect(requests).toHaveLength(6);
    expect(new Set(requests.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(new Set(keys).size).toBe(1);
  });

  it('on a page that missed an earlier one shows that record and its receipt', async () => {
    const other = record(idOf(50));
    const { day } = setUp({}, { 'check-in': receipted(other) });
    await day.checkInOut.press();
    expect(day.open).toEqual(other);
    expect(day.receipt).toMatchObject({ record: { id: other.id }, receipt: { entry: 9 } });
    expect(day.day('2026-06-10').records.map(({ id }) => id)).toEqual([closed.id, other.id]);
  });
});

it('a button that another device has relabelled rests for a moment', async () => {
  const { day, requests, push } = setUp({}, { 'check-out': 'never' });
  push('attendance.checked_in', record(idOf(50)));
  expect(day.checkInOut.command.ready).toBe(false);
  await day.checkInOut.press();
  expect(requests).toEqual([]);
  await rest();
  void day.checkInOut.press();
  expect(requests).toEqual([{ what: 'check-out', json: { id: idOf(50) } }]);
});

it('a break cannot start in a record that the server does not know yet', async () => {
  const { day, requests } = setUp({}, { 'check-in': 'never' });
  void day.checkInOut.press();
  await day.breakCommand.start({ kind: 'rest', name: 'Rest', minutes: 20, left: 1 });
  expect(requests.map(({ what }) => what)).toEqual(['check-in']);
});

describe('a press without an answer', () => {
  const lost = { 'check-in': 'lost', 'check-out': 'lost', 'break-end': 'lost' } as const;
  const on: Break = { ...spent, auto: false, startAt: NIGHT, endAt: null, dueAt: NIGHT + 20 * 60_000 };
  const tries = () => vi.advanceTimersByTimeAsync(3_300);
  /** The roster's event makes the page reload its snapshot. */
  const load = () => vi.advanceTimersByTimeAsync(2_000);

  it('is answered by its event, and the next press is a new command', async () => {
    const { day, requests, keys, push } = setUp({}, lost);
    void day.checkInOut.press();
    await tries();
    expect(day.checkInOut.command.message).toBe(noAnswer);
    const id = (requests[0]?.json as { id: string } | undefined)?.id ?? '';
    push('attendance.checked_in', record(id));
    expect(day.checkInOut.command.message).toBeUndefined();
    await rest();
    void day.checkInOut.press();
    expect(requests.at(-1)).toEqual({ what: 'check-out', json: { id } });
    expect(new Set(keys).size).toBe(2);
  });

  it.each([
    ['a true end answers', { outAt: NIGHT }, undefined],
    ['an open record does not answer', {}, noAnswer],
    ['an assumed end does not answer', { outAt: NIGHT, auto: true, unconfirmed: true }, noAnswer],
  ])('%s a check-out, in a snapshot', async (_which, end, message) => {
    const records = [open];
    const { day, push } = setUp({ records, open }, lost);
    void day.checkInOut.press();
    await tries();
    expect(day.checkInOut.command.message).toBe(noAnswer);
    records[0] = { ...open, ...end };
    push('roster.updated', {});
    await load();
    expect(day.checkInOut.command.message).toBe(message);
  });

  it.each([
    ['a true end answers', { endAt: NIGHT, auto: false }, undefined],
    ['its allowance’s end does not answer', { endAt: NIGHT, auto: true }, noAnswer],
  ])('%s the end of a break, in an event and in a snapshot', async (_which, end, message) => {
    const breaks = [on];
    for (const by of ['event', 'snapshot'] as const) {
      const { day, push } = setUp({ records: [open], open, breaks }, lost);
      void day.breakCommand.end();
      await tries();
      expect(day.breakCommand.command.message).toBe(noAnswer);
      if (by === 'event') push('break.updated', { ...on, ...end });
      else {
        breaks[0] = { ...on, ...end };
        push('roster.updated', {});
        await load();
      }
      expect(day.breakCommand.command.message).toBe(message);
    }
  });
});

it('the break buttons rest for a moment after another device started a break', async () => {
  const { day, requests, push } = setUp({ records: [open], open }, { 'break-end': 'never' });
  push('break.updated', { ...spent, auto: false, startAt: NIGHT, endAt: null, dueAt: NIGHT + 60_000 });
  expect(day.breakCommand.command.ready).toBe(false);
  await day.breakCommand.end();
  expect(requests).toEqual([]);
  await rest();
  expect(day.breakCommand.command.ready).toBe(true);
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
    void day.breakCommand.start(rested);
    await day.breakCommand.start(rested);
    expect(requests).toMatchObject([{ what: 'break-start', json: { recordId: open.id, kind: 'rest' } }]);
    expect(day.on).toMatchObject({ kind: 'rest', startAt: NIGHT, dueAt: NIGHT + rested.left });
  });

  it('whose answer is lost is retried with the same id and key', async () => {
    const answers: Answer[] = ['lost'];
    const { day, requests, keys } = setUp(here, {
      'break-start': ({ id }) => answers.shift() ?? breakReceipted({ ...on, id }),
    });
    const pressed = day.breakCommand.start(rested);
    await vi.advanceTimersByTimeAsync(800);
    await pressed;
    expect(requests[1]).toEqual(requests[0]);
    expect(new Set(keys).size).toBe(1);
    expect(day.day(open.workDate).breaks).toHaveLength(1);
  });

  it('started on a page that missed another one is refused with a message, and the other one shows', async () => {
    const problem = problemOf('on_break');
    const { day, miss } = setUp(here, { 'break-start': { status: 409, body: problem } });
    const meal = { ...on, id: idOf(61), kind: 'meal' };
    miss('break.updated', meal);
    await day.breakCommand.start(rested);
    await vi.advanceTimersByTimeAsync(0);
    expect(day.breakCommand.command.message).toBe(problem.title);
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
    await day.breakCommand.start({ ...rested, left: 0 });
    expect(requests).toEqual([]);
  });
});
