/** A correction's days in a form, on ordinary days and on the two nights when clocks change. */
import { describe, expect, it } from 'vitest';
import type { RecordWithBreaks } from '$contract/attendance/corrections/corrections';
import { DayDraft, type RecordRow } from '$lib/attendance/corrections/DayDraft.svelte';
import { duration, Times } from '$lib/times';
import { recorded } from '../../live/recorded';

const berlin = new Times('Europe/Berlin');
const kinds = [
  { kind: 'meal', name: 'Meal' },
  { kind: 'smoke', name: 'Smoke' },
];
const NOW = Date.parse('2026-11-20T12:00+01:00');

const draftOf = (date: string, days: readonly RecordWithBreaks[] = []) =>
  new DayDraft(berlin, date, days, kinds);

function type(row: RecordRow | undefined, start: string, end: string): RecordRow {
  if (!row?.out) throw new Error('there is no record with an end');
  row.in.text = start;
  row.out.text = end;
  return row;
}

describe('the night on which clocks go forward', () => {
  it('refuses a time that the clock skipped, with a message', () => {
    const draft = draftOf('2026-03-29');
    type(draft.records[0], '2026-03-29T02:30', '2026-03-29T07:00');
    const read = draft.read(NOW);
    expect(read.records).toBeUndefined();
    expect(read.troubles).toEqual({ 'records.0.inAt': 'The clock did not show this time on that day.' });
  });

  it('does not count the skipped hour as work', () => {
    const draft = draftOf('2026-03-28');
    type(draft.records[0], '2026-03-28T23:00', '2026-03-29T07:00');
    expect(duration(draft.read(NOW).workedMs)).toBe('7 h 00 min');
  });
});

describe('the night on which clocks go back', () => {
  it('takes the first of two times unless the second is chosen', () => {
    const draft = draftOf('2026-10-25');
    const row = type(draft.records[0], '2026-10-25T00:00', '2026-10-25T02:30');
    expect(row.out?.isTwice).toBe(true);
    expect(row.in.isTwice).toBe(false);
    expect(draft.read(NOW)).toMatchObject({
      workedMs: 2.5 * 3_600_000,
      records: [{ outAt: Date.parse('2026-10-25T00:30Z') }],
    });
    if (row.out) row.out.second = true;
    expect(draft.read(NOW)).toMatchObject({
      workedMs: 3.5 * 3_600_000,
      records: [{ outAt: Date.parse('2026-10-25T01:30Z') }],
    });
  });

  it('shows a recorded second time as the second, and keeps it', () => {
    const day = recorded('2026-10-25', '2026-10-25T00:15:42Z', '2026-10-25T01:30:17.250Z');
    const draft = draftOf('2026-10-25', [day]);
    expect(draft.records[0]?.in).toMatchObject({ text: '2026-10-25T02:15', second: false });
    expect(draft.records[0]?.out).toMatchObject({ text: '2026-10-25T02:30', second: true });
    expect(draft.read(NOW).unchanged).toBe(true);
    if (draft.records[0]?.out) draft.records[0].out.second = false;
    expect(draft.read(NOW).records?.[0]?.outAt).toBe(Date.parse('2026-10-25T00:30Z'));
  });

  it('drops the choice of the second when the person types a time that comes once', () => {
    const draft = draftOf('2026-10-25', [recorded('2026-10-25', '2026-10-24T22:00Z', '2026-10-25T01:30Z')]);
    type(draft.records[0], '2026-10-25T00:00', '2026-10-25T06:00');
    expect(draft.read(NOW).records?.[0]?.outAt).toBe(Date.parse('2026-10-25T05:00Z'));
  });
});

describe('a recorded day', () => {
  const day = recorded('2026-11-10', '2026-11-10T08:58:04.123+01:00', '2026-11-10T17:03:59.999+01:00', [
    { from: '2026-11-10T12:00:31+01:00', to: '2026-11-10T12:29:59+01:00' },
  ]);

  it('is proposed to the millisecond if it is unchanged', () => {
    const draft = draftOf('2026-11-10', [day]);
    const { records, unchanged } = draft.read(NOW);
    expect(unchanged).toBe(true);
    expect(records?.[0]).toMatchObject({ id: day.record.id, inAt: day.record.inAt, outAt: day.record.outAt });
    expect(records?.[0]?.breaks[0]).toMatchObject({
      id: day.breaks[0]?.id,
      startAt: day.breaks[0]?.startAt,
      endAt: day.breaks[0]?.endAt,
    });
  });

  it('keeps its other times to the millisecond when one changes, and is unchanged once that is undone', () => {
    const draft = draftOf('2026-11-10', [day]);
    type(draft.records[0], '2026-11-10T08:58', '2026-11-10T18:00');
    expect(draft.read(NOW)).toMatchObject({
      unchanged: false,
      records: [{ inAt: day.record.inAt, outAt: Date.parse('2026-11-10T18:00+01:00') }],
    });
    type(draft.records[0], '2026-11-10T08:58', '2026-11-10T17:03');
    expect(draft.read(NOW).unchanged).toBe(true);
  });

  it('changes when only a break has another kind or is removed', () => {
    const draft = draftOf('2026-11-10', [day]);
    const [row] = draft.records;
    const [pause] = row?.breaks ?? [];
    if (!row || !pause) throw new Error('the break is missing');
    pause.kind = 'smoke';
    expect(draft.read(NOW)).toMatchObject({ unchanged: false, records: [{ breaks: [{ kind: 'smoke' }] }] });
    draft.removeBreak(row, pause);
    expect(draft.read(NOW)).toMatchObject({ unchanged: false, records: [{ breaks: [] }] });
  });

  it('can be removed, which leaves no records', () => {
    const draft = draftOf('2026-11-10', [day]);
    if (draft.records[0]) draft.removeRecord(draft.records[0]);
    expect(draft.read(NOW)).toEqual({ records: [], troubles: {}, workedMs: 0, unchanged: false });
  });
});

describe('an open record', () => {
  const open = recorded('2026-11-20', '2026-11-20T09:20:30+01:00', null, [
    { from: '2026-11-20T11:30+01:00', to: null },
  ]);

  it('gets another start and stays open, with its running break', () => {
    const draft = draftOf('2026-11-20', [open]);
    const [row] = draft.records;
    expect(row?.out).toBeUndefined();
    if (row) row.in.text = '2026-11-20T08:00';
    expect(draft.read(NOW)).toMatchObject({
      workedMs: 3.5 * 3_600_000,
      records: [
        {
          id: open.record.id,
          inAt: Date.parse('2026-11-20T08:00+01:00'),
          outAt: null,
          breaks: [{ endAt: null }],
        },
      ],
    });
  });

  it('may not begin in the future', () => {
    const draft = draftOf('2026-11-20', [open]);
    if (draft.records[0]) draft.records[0].in.text = '2026-11-20T12:01';
    expect(draft.read(NOW).troubles).toEqual({
      'records.0.inAt': 'The check-in must not be in the future.',
    });
  });
});

describe('more than one day', () => {
  it('is at most three days, in the order they began', () => {
    const draft = draftOf('2026-11-11', [recorded('2026-11-11', '2026-11-11T09:00Z', '2026-11-11T17:00Z')]);
    draft.extend('2026-11-12', [recorded('2026-11-12', '2026-11-12T09:00Z', '2026-11-12T17:00Z')]);
    expect(draft.isLongest).toBe(false);
    draft.extend('2026-11-10', [recorded('2026-11-10', '2026-11-10T09:00Z', '2026-11-10T17:00Z')]);
    expect(draft.isLongest).toBe(true);
    const { records, unchanged, workedMs } = draft.read(NOW);
    expect(unchanged).toBe(true);
    expect(workedMs).toBe(24 * 3_600_000);
    expect(draft.proposal(records ?? [])).toMatchObject({ from: '2026-11-10', to: '2026-11-12' });
    expect(records?.map(({ inAt }) => new Date(inAt).getUTCDate())).toEqual([10, 11, 12]);
  });

  it('drops a blank record once a day with records is added', () => {
    const draft = draftOf('2026-11-11');
    draft.extend('2026-11-10', [recorded('2026-11-10', '2026-11-10T09:00Z', '2026-11-10T17:00Z')]);
    expect(draft.records).toHaveLength(1);
    expect(draft.read(NOW).unchanged).toBe(true);
  });

  it('keeps the typed times', () => {
    const draft = draftOf('2026-11-11');
    type(draft.records[0], '2026-11-11T09:00', '2026-11-11T10:00');
    draft.extend('2026-11-10', [recorded('2026-11-10', '2026-11-10T09:00Z', '2026-11-10T17:00Z')]);
    expect(draft.records.map((row) => row.in.text)).toEqual(['2026-11-10T10:00', '2026-11-11T09:00']);
  });
});

describe('a time that is not on its record’s date', () => {
  it('is marked, and the sum counts through the night', () => {
    const draft = draftOf('2026-11-10');
    const row = type(draft.records[0], '2026-11-10T22:00', '2026-11-11T06:00');
    draft.addBreak(row);
    const [pause] = row.breaks;
    if (!row.out || !pause?.end) throw new Error('the night is not complete');
    expect(draft.besides(row, row.in)).toBeUndefined();
    expect(draft.besides(row, row.out)).toBe('Next day');
    expect(draft.besides(row, pause.start)).toBe('Next day');
    expect(duration(draft.read(NOW).workedMs)).toBe('7 h 30 min');
    row.out.text = '2026-11-12T06:00';
    expect(draft.besides(row, row.out)).toBe('On 12 Nov');
  });

  it('is marked on a record that started on the day before or after its date', () => {
    const draft = draftOf('2026-11-10', [
      recorded('2026-11-10', '2026-11-11T00:10+01:00', '2026-11-11T06:00+01:00'),
    ]);
    const [row] = draft.records;
    if (!row?.out) throw new Error('the record is missing');
    expect([draft.besides(row, row.in), draft.besides(row, row.out)]).toEqual(['Next day', 'Next day']);
    draft.extend('2026-11-11', []);
    expect(draft.besides(row, row.in)).toBe('Next day');
    row.in.text = '2026-11-09T23:50';
    expect(draft.besides(row, row.in)).toBe('The day before');
  });

  it('is not marked while a time is missing', () => {
    const draft = draftOf('2026-11-10');
    const row = type(draft.records[0], '', '2026-11-11T06:00');
    expect(row.out && draft.besides(row, row.out)).toBeUndefined();
  });
});

describe('a day without a record', () => {
  it('begins with the times of the shift', () => {
    const shift = {
      startsAt: Date.parse('2026-11-10T09:00+01:00'),
      endsAt: Date.parse('2026-11-10T17:00+01:00'),
    };
    const draft = new DayDraft(berlin, '2026-11-10', [], kinds, shift);
    expect(draft.records[0]).toMatchObject({
      in: { text: '2026-11-10T09:00' },
      out: { text: '2026-11-10T17:00' },
    });
    draft.addRecord();
    expect(draft.records[1]?.in.text).toBe('');
  });

  it('has no records and no messages while a time is missing', () => {
    const draft = draftOf('2026-11-10');
    expect(draft.read(NOW)).toMatchObject({ records: undefined, troubles: {}, workedMs: 0 });
  });
});

describe('a break', () => {
  it('begins four hours after the check-in and gets the first kind', () => {
    const draft = draftOf('2026-11-10');
    const row = type(draft.records[0], '2026-11-10T09:00', '2026-11-10T17:00');
    draft.addBreak(row);
    expect(row.breaks[0]).toMatchObject({
      kind: 'meal',
      start: { text: '2026-11-10T13:00' },
      end: { text: '2026-11-10T13:30' },
    });
    expect(duration(draft.read(NOW).workedMs)).toBe('7 h 30 min');
  });

  it.each([
    ['T08:59', 'T09:10', 'startAt', 'The start of the break must not be before the check-in.'],
    ['T12:00', 'T11:59', 'endAt', 'The end of the break must not be before the start of the break.'],
    ['T16:50', 'T17:01', 'endAt', 'The end of the break must not be after the check-out.'],
  ])('from %s to %s on a day from 09:00 to 17:00 gets a message', (start, end, field, words) => {
    const draft = draftOf('2026-11-10');
    const row = type(draft.records[0], '2026-11-10T09:00', '2026-11-10T17:00');
    draft.addBreak(row);
    const [pause] = row.breaks;
    if (!pause?.end) throw new Error('the break has no end');
    pause.start.text = `2026-11-10${start}`;
    pause.end.text = `2026-11-10${end}`;
    const read = draft.read(NOW);
    expect(read.records).toBeUndefined();
    expect(read.troubles).toEqual({ [`records.0.breaks.0.${field}`]: words });
  });
});

it.each([
  ['2026-11-10T17:00', '2026-11-10T09:00', 'outAt', 'The check-out must be after the check-in.'],
  ['2026-11-20T09:00', '2026-11-20T12:01', 'outAt', 'The check-out must not be in the future.'],
  [
    '2026-11-08T09:00',
    '2026-11-10T09:01',
    'outAt',
    'The check-out must be at most 48 hours after the check-in.',
  ],
])('times from %s to %s get a message', (start, end, field, words) => {
  const draft = draftOf('2026-11-10');
  type(draft.records[0], start, end);
  expect(draft.read(NOW).troubles).toEqual({ [`records.0.${field}`]: words });
});

it('two overlapping records get a message at the second', () => {
  const draft = draftOf('2026-11-10');
  type(draft.records[0], '2026-11-10T09:00', '2026-11-10T12:00');
  draft.addRecord();
  type(draft.records[1], '2026-11-10T11:59', '2026-11-10T17:00');
  expect(draft.read(NOW).troubles).toEqual({
    'records.1.inAt': 'The check-in must not be before the end of the record before it.',
  });
});
