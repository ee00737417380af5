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

it('a break cannot begin in a record that the server does not know yet', async () => {
  const { day, asked } = setUp({}, { 'check-in': 'never' });
  void day.checkInOut.press();
  await day.breakCommand.start({ kind: 'rest', name: 'Rest', minutes: 20, left: 1 });
  expect(asked.map(({ what }) => what)).toEqual(['check-in']);
});

describe('a press that was not answered', () => {
  const lost = { 'check-in': 'lost', 'check-out': 'lost', 'break-end': 'lost' } as const;
  const on: Break = { ...spent, auto: false, startAt: NIGHT, endAt: null, dueAt: NIGHT + 20 * 60_000 };
  const tries = () => vi.advanceTimersByTimeAsync(3_300);
  /** The roster's event makes the page load its snapshot anew. */
  const load = () => vi.advanceTimersByTimeAsync(2_000);

  it('is answered by its event, and the next press is another one', async () => {
    const { day, asked, keys, tell } = setUp({}, lost);
    void day.checkInOut.press();
    await tries();
    expect(day.checkInOut.command.message).toBe(noAnswer);
    const id = (asked[0]?.json as { id: string } | undefined)?.id ?? '';
    tell('attendance.checked_in', record(id));
    expect(day.checkInOut.command.message).toBeUndefined();
    await rest();
    void day.checkInOut.press();
    expect(asked.at(-1)).toEqual({ what: 'check-out', json: { id } });
    expect(new Set(keys).size).toBe(2);
  });

  it.each([
    ['a true end answers', { outAt: NIGHT }, undefined],
    ['an open record does not answer', {}, noAnswer],
    ['an assumed end does not answer', { outAt: NIGHT, auto: true, unconfirmed: true }, noAnswer],
  ])('%s a check-out, in a snapshot', async (_which, end, message) => {
    const records = [open];
    const { day, tell } = setUp({ records, open }, lost);
    void day.checkInOut.press();
    await tries();
    expect(day.checkInOut.command.message).toBe(noAnswer);
    records[0] = { ...open, ...end };
    tell('roster.updated', {});
    await load();
    expect(day.checkInOut.command.message).toBe(message);
  });

  it.each([
    ['a true end answers', { endAt: NIGHT, auto: false }, undefined],
    ['its allowance’s end does not answer', { endAt: NIGHT, auto: true }, noAnswer],
  ])('%s the end of a break, in an event and in a snapshot', async (_which, end, message) => {
    const breaks = [on];
    for (const by of ['event', 'snapshot'] as const) {
      const { day, tell } = setUp({ records: [open], open, breaks }, lost);
      void day.breakCommand.end();
      await tries();
      expect(day.breakCommand.command.message).toBe(noAnswer);
      if (by === 'event') tell('break.updated', { ...on, ...end });
      else {
        breaks[0] = { ...on, ...end };
        tell('roster.updated', {});
        await load();
      }
      expect(day.breakCommand.command.message).toBe(message);
    }
  });
});

it('the buttons of breaks hear nothing for a moment after another device began one', async () => {
  const { day, asked, tell } = setUp({ records: [open], open }, { 'break-end': 'never' });
  tell('break.updated', { ...spent, auto: false, startAt: NIGHT, endAt: null, dueAt: NIGHT + 60_000 });
  expect(day.breakCommand.command.ready).toBe(false);
  await day.breakCommand.end();
  expect(asked).toEqual([]);
  await rest();
  expect(day.breakCommand.command.ready).toBe(true);
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
