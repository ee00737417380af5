/** “When did you leave?” and “Back”. */
import { expect, it, vi } from 'vitest';
import { at, closed, DATE, holdTime, me, NIGHT, open, receipted, setUp, spent } from './my-day-page';
import { idOf } from '../World';

holdTime();

it('asks about the newest record that closed automatically, or the one that a notification links to', () => {
  const older = { ...closed, id: idOf(8), workDate: '2026-06-09', inAt: at('08:58') - 86_400_000 };
  const { day } = setUp({ records: [older, closed] });
  expect(day.left?.id).toBe(closed.id);
  expect(day.link(older.id)).toBe(true);
  expect(day.left?.id).toBe(older.id);
  expect(day.link(idOf(99))).toBe(false);
});

it('“just now” checks out of the record and ends the question', async () => {
  const out = { ...closed, outAt: NIGHT, auto: false, unconfirmed: false };
  const { day, requests, question } = setUp({}, { 'check-out': receipted(out) });
  expect(day.open).toBeUndefined();
  const it = question();
  expect(it.mayLeaveNow).toBe(true);
  const leaving = it.leaveNow();
  expect(it.busy).toBe(true);
  await leaving;
  expect(requests).toEqual([{ what: 'check-out', json: { id: closed.id } }]);
  expect(day.left).toBeUndefined();
  expect(day.receipt?.record.outAt).toBe(NIGHT);
});

it('“at …” works during a running check-in', async () => {
  const confirmed = { ...closed, auto: false, unconfirmed: false };
  const { day, requests, question } = setUp(
    {},
    { 'check-in': 'never', 'confirm-check-out': receipted(confirmed) },
  );
  void day.checkInOut.press();
  await vi.advanceTimersByTimeAsync(0);
  const it = question();
  expect(day.checkInOut.sending).toBe(true);
  expect(it.busy).toBe(false);
  const confirming = it.confirm(it.assumed);
  expect(it.busy).toBe(true);
  await confirming;
  expect(requests.map(({ what }) => what)).toEqual(['check-in', 'confirm-check-out']);
  expect(day.left).toBeUndefined();
});

it('asks for the time after a late check-out, also on a page that showed the record as open', async () => {
  const problem = {
    type: 'about:blank',
    title: 'Late',
    status: 409,
    code: 'check_out_late',
    current: closed,
  };
  const { day, question } = setUp({ records: [open], open }, { 'check-out': { status: 409, body: problem } });
  expect(day.left).toBeUndefined();
  await day.checkInOut.press();
  const it = question();
  expect([it.asksTime, it.mayLeaveNow]).toEqual([true, false]);
});

it('a time up to the assumed end counts immediately', async () => {
  const out = { ...closed, outAt: at('16:30'), auto: false, unconfirmed: false };
  const { day, requests, question } = setUp({}, { 'confirm-check-out': receipted(out) });
  const it = question();
  it.askTime();
  expect(it.meaning).toEqual({ act: 'confirm', at: at('17:00') });
  it.time.text = `${DATE}T16:30`;
  await it.send();
  expect(requests).toEqual([{ what: 'confirm-check-out', json: { id: closed.id, outAt: at('16:30') } }]);
  expect(day.left).toBeUndefined();
  expect(day.day(DATE).workedMs).toBe(at('16:30') - at('08:58'));
});

it('a later time is a request with a reason, and the question is gone while it is pending', async () => {
  const after = [{ record: { ...closed, outAt: at('18:59'), auto: false, unconfirmed: false }, breaks: [] }];
  const correction = {
    id: idOf(20),
    personId: me,
    from: DATE,
    to: DATE,
    zone: 'Europe/Berlin',
    before: [{ record: closed, breaks: [] }],
    after,
    reason: 'Stock count',
    state: 'pending',
    requestedAt: NIGHT,
    decidedBy: null,
    decidedAt: null,
    answer: null,
  };
  const { day, requests, question } = setUp({}, { corrections: { status: 200, body: correction } });
  const it = question();
  it.time.text = `${DATE}T18:59`;
  expect(it.meaning).toEqual({ act: 'propose', at: at('18:59') });
  it.reason = 'Long';
  expect(it.ready).toBe(false);
  await it.send();
  expect(requests).toEqual([]);
  it.reason = 'Stock count';
  await it.send();
  expect(requests).toMatchObject([
    {
      what: 'corrections',
      json: {
        days: { from: DATE, to: DATE, records: [{ id: closed.id, inAt: closed.inAt, outAt: at('18:59') }] },
        reason: 'Stock count',
      },
    },
  ]);
  expect(day.left).toBeUndefined();
});

it('a time before the last tap or in the future gets a message', () => {
  const { question } = setUp({
    breaks: [{ ...spent, startAt: at('12:00'), endAt: at('12:10'), auto: false }],
  });
  const it = question();
  const trouble = (time: string) => {
    it.time.text = `${DATE}T${time}`;
    return it.meaning;
  };
  expect(trouble('12:09')).toMatchObject({
    act: 'none',
    trouble: expect.stringContaining('12:10') as unknown,
  });
  expect(trouble('12:10')).toMatchObject({ act: 'confirm' });
  expect(trouble('22:31')).toMatchObject({
    act: 'none',
    trouble: expect.stringContaining('future') as unknown,
  });
});

it('an end confirmed on another device brings its receipt', () => {
  const { day, push } = setUp({ receipts: { [closed.id]: { entry: 3, at: at('22:00') } } });
  push('attendance.updated', { ...closed, outAt: at('16:30'), auto: false, unconfirmed: false });
  expect(day.left).toBeUndefined();
  expect(day.receipt).toMatchObject({ record: { outAt: at('16:30') }, receipt: { entry: 5 } });
});

it('corrected days replace the known records, also the open one', () => {
  const { day, push } = setUp({ records: [open], open, breaks: [spent] });
  expect(day.open?.id).toBe(open.id);
  const other = { ...closed, id: idOf(30), unconfirmed: false, auto: false, corrected: true };
  const days = [{ record: other, breaks: [] }];
  push('days.replaced', { personId: me, from: DATE, to: DATE, days });
  expect(day.open).toBeUndefined();
  expect(day.day(DATE)).toMatchObject({ records: [{ id: other.id }], breaks: [] });
});

it('Back ends an overdue break at the time of the tap', async () => {
  const back = { ...spent, endAt: NIGHT, auto: false };
  const { day, requests } = setUp(
    { records: [open], open, breaks: [spent] },
    { 'break-end': { status: 200, body: { break: back, receipt: { entry: 9, at: NIGHT } } } },
  );
  expect(day.on).toBeUndefined();
  expect(day.overdue?.id).toBe(spent.id);
  const ending = day.breakCommand.end();
  expect(day.overdue).toBeUndefined(); // before any answer
  await ending;
  expect(requests).toEqual([{ what: 'break-end', json: { id: spent.id } }]);
  expect(day.day(DATE).breaks).toEqual([back]);
});

it('asks from the moment when the record closes, before the server has written it', () => {
  const lapsed = { ...open, dueAt: NIGHT };
  const { day, question } = setUp({ records: [lapsed], open: lapsed });
  expect(day.open).toBeUndefined();
  expect(day.left).toMatchObject({ id: open.id, outAt: at('17:00'), unconfirmed: true });
  expect(question().assumed).toBe(at('17:00'));
});
