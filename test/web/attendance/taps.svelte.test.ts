/** The buttons of one's own day: one press is one record or one break, whatever happens to its answer. */
import { describe, expect, it, vi } from 'vitest';
import type { AttendanceRecord, Break } from '$contract/attendance/attendance';
import { noAnswer, problemOf } from '$lib/problem';
import {
  type Answer,
  at,
  breakReceipted,
  closed,
  holdTime,
  idOf,
  me,
  NIGHT,
  open,
  receipted,
  setUp,
  spent,
} from './Phone';

holdTime();

const record = (id: string, outAt: number | null = null): AttendanceRecord => ({
  ...{ id, personId: me, workDate: '2026-06-10', zone: 'Europe/Berlin', inAt: NIGHT, outAt, photo: null },
  ...{ auto: false, corrected: false, unconfirmed: false, dueOut: null, dueAt: at('23:30') },
});
const opened = ({ id }: { id: string }): Answer => receipted(record(id));
/** Longer than a button rests after each press. */
const rest = () => vi.advanceTimersByTimeAsync(1_300);

describe('a check-in', () => {
  it('tapped twice is one, and the second tap no check-out', async () => {
    const { day, asked } = setUp({}, { 'check-in': opened });
    const first = day.checkInOut.press();
    await day.checkInOut.press();
    await first;
    await day.checkInOut.press();
    expect(asked.map(({ what }) => what)).toEqual(['check-in']);
    expect(day.open?.outAt).toBeNull();
  });

  it('shows its record before the server answers, and a receipt only then', () => {
    const { day } = setUp({}, { 'check-in': 'never' });
    void day.checkInOut.press();
    expect([day.open?.inAt, day.checkInOut.command.busy, day.receipt]).toEqual([NIGHT, true, undefined]);
  });

  it('whose answer was lost is sent again by itself with the same id and key', async () => {
    const answers: Answer[] = ['lost'];
    const { day, asked, keys } = setUp({}, { 'check-in': (json) => answers.shift() ?? opened(json) });
    const pressed = day.checkInOut.press();
    await vi.advanceTimersByTimeAsync(800);
    await pressed;
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    expect(new Set(keys).size).toBe(1);
    expect(day.receipt).toMatchObject({ record: { id: day.open?.id }, receipt: { entry: 9 } });
  });

  it('without any answer is taken back in words; the next press has its id and key', async () => {
    const { day, asked, keys } = setUp({}, { 'check-in': 'lost' });
    void day.checkInOut.press();
    expect(day.open).toBeDefined();
    await vi.advanceTimersByTimeAsync(3_300);
    expect([day.open, day.checkInOut.command.message]).toEqual([undefined, noAnswer]);
    await rest();
    void day.checkInOut.press();
    await vi.advanceTimersByTimeAsync(3_300);
    expect(asked).toHaveLength(6);
    expect(new Set(asked.map(({ json }) => JSON.stringify(json))).size).toBe(1);
    expect(new Set(keys).size).toBe(1);
  });

  it('on a page that had missed one shows that record and its receipt', async () => {
    const other = record(idOf(50));
    const { day } = setUp({}, { 'check-in': receipted(other) });
    await day.checkInOut.press();
    expect(day.open).toEqual(other);
    expect(day.receipt).toMatchObject({ record: { id: other.id }, receipt: { entry: 9 } });
    expect(day.day('2026-06-10').records.map(({ id }) => id)).toEqual([closed.id, other.id]);
  });
});

it('a button that another device has just relabelled hears nothing for a moment', async () => {
  const { day, asked, tell } = setUp({}, { 'check-out': 'never' });
  tell('attendance.checked_in', record(idOf(50)));
  expect(day.checkInOut.command.ready).toBe(false);
  await day.checkInOut.press();
  expect(asked).toEqual([]);
  await rest();
  void day.checkInOut.press();
  expect(asked).toEqual([{ what: 'check-out', json: { id: idOf(50) } }]);
});

describe('a break', () => {
  const rested = { kind: 'rest', name: 'Rest', minutes: 20, left: 20 * 60_000 };
  const on: Break = {
    ...{ id: idOf(60), recordId: open.id, personId: me, kind: 'rest', auto: false },
    ...{ startAt: NIGHT, endAt: null, dueAt: NIGHT + rested.left },
  };
  const here = { records: [open], open };

  it('tapped twice is one, and counts before the server answers', async () => {
    const { day, asked } = setUp(here, { 'break-start': 'never' });
    void day.breakCommand.start(rested);
    await day.breakCommand.start(rested);
    expect(asked).toMatchObject([{ what: 'break-start', json: { recordId: open.id, kind: 'rest' } }]);
    expect(day.on).toMatchObject({ kind: 'rest', startAt: NIGHT, dueAt: NIGHT + rested.left });
  });

  it('whose answer was lost is sent again with the same id and key', async () => {
    const answers: Answer[] = ['lost'];
    const { day, asked, keys } = setUp(here, {
      'break-start': ({ id }) => answers.shift() ?? breakReceipted({ ...on, id }),
    });
    const pressed = day.breakCommand.start(rested);
    await vi.advanceTimersByTimeAsync(800);
    await pressed;
    expect(asked[1]).toEqual(asked[0]);
    expect(new Set(keys).size).toBe(1);
    expect(day.day(open.workDate).breaks).toHaveLength(1);
  });

  it('begun on a page that missed another one is refused in words, and that one is shown', async () => {
    const problem = problemOf('on_break');
    const { day, miss } = setUp(here, { 'break-start': { status: 409, body: problem } });
    const meal = { ...on, id: idOf(61), kind: 'meal' };
    miss('break.updated', meal);
    await day.breakCommand.start(rested);
    await vi.advanceTimersByTimeAsync(0);
    expect(day.breakCommand.command.message).toBe(problem.title);
    expect(day.on).toEqual(meal);
  });

  it('ends by itself on the second at its allowance, which is used up then', async () => {
    const { day } = setUp({ ...here, breaks: [{ ...on, dueAt: NIGHT + 5_000 }] });
    await vi.advanceTimersByTimeAsync(4_000);
    expect([day.on?.id, day.overdue]).toEqual([on.id, undefined]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect([day.on, day.overdue?.id]).toEqual([undefined, on.id]);
  });

  it('leaves nothing of a kind that is used up', async () => {
    const { day, asked } = setUp({ ...here, breaks: [spent] });
    expect(day.allowances.map(({ kind, left }) => [kind, left])).toEqual([['rest', 0]]);
    await day.breakCommand.start({ ...rested, left: 0 });
    expect(asked).toEqual([]);
  });
});
