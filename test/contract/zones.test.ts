/** Wall times compared with Temporal, around every clock change and elsewhere. */
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import * as zones from '$contract/zones';

/** Zones with oddities: a skipped day, half an hour, midnight, 45 minutes, four changes a year, seconds, the westernmost. */
const names = [
  ...['Europe/Berlin', 'Europe/London', 'Europe/Dublin', 'Europe/Moscow', 'Atlantic/Azores', 'UTC'],
  ...[
    'America/New_York',
    'America/Toronto',
    'America/St_Johns',
    'America/Sao_Paulo',
    'America/Caracas',
    'America/Nuuk',
  ],
  ...['Africa/Cairo', 'Africa/Casablanca', 'Africa/Monrovia', 'Asia/Gaza', 'Asia/Beirut', 'Asia/Tehran'],
  ...['Asia/Kathmandu', 'Asia/Pyongyang', 'Australia/Lord_Howe', 'Antarctica/Casey', 'Antarctica/Troll'],
  ...['Pacific/Apia', 'Pacific/Chatham', 'Pacific/Kiritimati', 'Pacific/Kwajalein', 'Etc/GMT+12'],
];
const [HOUR, DAY] = [3_600_000, 86_400_000];
const [FIRST, LAST] = [Date.UTC(1900), Date.UTC(2100)];

const zoned = (zone: string, at: number) =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);

/** A zone's clock changes, by Temporal. */
function changesOf(zone: string): number[] {
  const found: number[] = [];
  for (let next = zoned(zone, FIRST).getTimeZoneTransition('next'); next && next.epochMilliseconds < LAST;)
    [next] = [next.getTimeZoneTransition('next'), found.push(next.epochMilliseconds)];
  return found;
}
const changes = new Map(names.map((zone) => [zone, changesOf(zone)]));

/** An instant in a zone, half of them within two days of a clock change. */
const moment = fc.constantFrom(...names).chain((zone) => {
  const anywhere = fc.integer({ min: FIRST, max: LAST });
  const known = changes.get(zone) ?? [];
  const near = fc
    .tuple(
      fc.constantFrom(...(known.length > 0 ? known : [FIRST])),
      fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    )
    .map(([change, away]) => change + away);
  const close = fc
    .tuple(fc.constantFrom(...(known.length > 0 ? known : [FIRST])), fc.integer({ min: -1, max: 1 }))
    .map(([change, away]) => change + away);
  return fc.record({ zone: fc.constant(zone), at: fc.oneof(anywhere, near, near, close) });
});

/** A wall time within a day of an instant, also a skipped one. */
const wall = fc.tuple(moment, fc.integer({ min: -24 * 60, max: 24 * 60 })).map(([{ zone, at }, minutes]) => {
  const shown = zoned(zone, at).toPlainDateTime().add({ minutes }).toString({ smallestUnit: 'second' });
  return { zone, date: shown.slice(0, 10), time: shown.slice(11) };
});

const runs = { numRuns: 20_000 };

describe('an instant', () => {
  it('has the wall time of Temporal in every zone', () => {
    fc.assert(
      fc.property(moment, ({ zone, at }) => {
        const known = zoned(zone, at);
        expect(zones.offsetAt(zone, at)).toBe(known.offsetNanoseconds / 1_000_000);
        const shown = known.toPlainDateTime().toString({ smallestUnit: 'second' });
        expect(zones.wallAt(zone, at)).toBe(shown);
        expect(`${zones.dateIn(zone, at)}T${zones.clockIn(zone, at)}`).toBe(shown.slice(0, 16));
        expect(zones.minuteIn(zone, at)).toBe(known.hour * 60 + known.minute);
      }),
      runs,
    );
  });

  it('is the first or second of two exactly where Temporal has two', () => {
    fc.assert(
      fc.property(moment, ({ zone, at }) => {
        const shown = zoned(zone, at).toPlainDateTime();
        const [first, second] = (['earlier', 'later'] as const).map(
          (disambiguation) => shown.toZonedDateTime(zone, { disambiguation }).epochMilliseconds,
        );
        expect(zones.whichOf(zone, at)).toBe(first === second ? null : at === first ? 'first' : 'second');
      }),
      runs,
    );
  });
});

describe('a wall time', () => {
  it('has the instants of Temporal, and the same choice of one', () => {
    fc.assert(
      fc.property(wall, ({ zone, date, time }) => {
        const shown = Temporal.PlainDateTime.from(`${date}T${time}`);
        const [first, last] = (['earlier', 'later'] as const).map((disambiguation) =>
          shown.toZonedDateTime(zone, { disambiguation }),
        ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
        const isSkipped = !first.toPlainDateTime().equals(shown);
        const all = [...new Set([first.epochMilliseconds, last.epochMilliseconds])];
        expect(zones.instantsOf(zone, date, time)).toEqual(isSkipped ? [] : all);
        expect(zones.instantOf(zone, date, time)).toBe(shown.toZonedDateTime(zone).epochMilliseconds);
      }),
      runs,
    );
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', '02:30', [], '2026-03-29T01:30Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', ['2026-10-25T00:30Z', '2026-10-25T01:30Z'], '2026-10-25T00:30Z'],
    ['Australia/Lord_Howe', '2026-10-04', '02:10', [], '2026-10-03T15:40Z'],
    ['Pacific/Apia', '2011-12-30', '12:00', [], '2011-12-30T22:00Z'],
    ['Asia/Kathmandu', '2026-06-09', '09:00', ['2026-06-09T03:15Z'], '2026-06-09T03:15Z'],
  ])('in %s on %s at %s is %j, and %s if it must be one', (zone, date, time, all, one) => {
    expect(zones.instantsOf(zone, date, time)).toEqual(all.map((at) => Date.parse(at)));
    expect(zones.instantOf(zone, date, time)).toBe(Date.parse(one));
  });

  it('of a date that does not exist has no instant', () => {
    for (const [date, time] of [
      ['2026-02-31', '08:00'],
      ['2026-06-09', ''],
      ['', ''],
    ] as const) {
      expect(zones.instantsOf('Europe/Berlin', date, time)).toEqual([]);
      expect(() => zones.instantOf('Europe/Berlin', date, time)).toThrow(RangeError);
    }
  });
});

describe('a date', () => {
  it('begins as in Temporal, and ends where the next one begins', () => {
    fc.assert(
      fc.property(wall, ({ zone, date }) => {
        const day = Temporal.PlainDate.from(date);
        const from = day.toZonedDateTime(zone).epochMilliseconds;
        const to = day.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
        expect(zones.startOf(zone, date)).toBe(from);
        expect(zones.spanOf(zone, date)).toEqual({ from, to });
      }),
      runs,
    );
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['America/Sao_Paulo', '2018-11-04', 23],
    ['Pacific/Apia', '2011-12-29', 24],
    ['Pacific/Apia', '2011-12-30', 0],
  ])('in %s: %s lasts %s hours', (zone, date, hours) => {
    const { from, to } = zones.spanOf(zone, date);
    expect((to - from) / HOUR).toBe(hours);
  });

  it('begins at 00:30 where clocks skip from 23:30 to 00:30', () => {
    expect(zones.clockIn('America/Toronto', zones.startOf('America/Toronto', '1919-03-31'))).toBe('00:30');
  });
});

describe('clocks', () => {
  it('never change twice within two days, on which the offsets rely', () => {
    for (const all of changes.values())
      for (const [index, at] of all.entries())
        expect(at - (all[index - 1] ?? -Infinity)).toBeGreaterThan(2 * DAY);
  });

  it('are read the same after the cache was emptied by other zones and days', () => {
    const [zone, at] = ['Europe/Berlin', Date.parse('2026-10-25T00:59:59.999Z')];
    for (const name of Intl.supportedValuesOf('timeZone')) expect(zones.isKnown(name)).toBe(true);
    for (let day = 0; day < 1_500; day += 1) zones.offsetAt(zone, at - day * DAY);
    expect([at, at + 1].map((it) => zones.wallAt(zone, it))).toEqual([
      '2026-10-25T02:59:59',
      '2026-10-25T02:00:00',
    ]);
    expect(zones.isKnown('Europe/Nowhere')).toBe(false);
  });

  it('name the first or second time only where they go back', () => {
    const said = (at: string) => zones.clockWords('Europe/Berlin', Date.parse(at));
    expect(said('2026-10-25T00:30Z')).toBe('02:30 (first time)');
    expect(said('2026-10-25T01:30Z')).toBe('02:30 (second time)');
    expect(said('2026-10-25T02:00Z')).toBe('03:00');
  });
});
