/** Everything the demo's people did up to now, as rows of the attendance table and of the journal. */
import { Temporal } from 'temporal-polyfill';
import { UUID } from 'uuidv7';
import type { AttendanceRecord } from '../../worker/contract/attendance.ts';
import { Chance } from './chance.ts';
import type { Resident } from './people.ts';
import { type Stay, staysOf } from './rhythm.ts';

const DAYS = 28;
const MINUTE = 60_000;

export type Act = {
  at: number;
  action: 'attendance.checked_in' | 'attendance.checked_out';
  before: AttendanceRecord | null;
  after: AttendanceRecord;
};

export type Employed = Resident & { id: string };
type Past = { person: Employed; stays: Stay[] };

export type When = {
  /** UTC epoch milliseconds: the past ends here. */
  now: number;
  /** The workplace's IANA zone. */
  zone: string;
  /** Today passes for a Wednesday, whatever day it is: for tests and pictures. */
  midweek?: boolean;
};

/**
 * Four weeks up to `now`; whoever is still at work then has an open record.
 * @param isIdle whose stays of today are left out
 */
export function historyOf(
  people: Employed[],
  isIdle: (person: Employed) => boolean,
  when: When,
): AttendanceRecord[] {
  const pasts = pastsOf(people, isIdle, when);
  const { now, zone } = when;
  callIn(
    pasts.filter(({ person }) => !isIdle(person)),
    now,
  );
  return pasts.flatMap(({ person, stays }) =>
    stays
      .filter(({ inAt }) => inAt <= now)
      .map(({ inAt, outAt }) => ({
        id: idAt(inAt, person.email),
        personId: person.id,
        workDate: dateAt(inAt, zone).toString(),
        zone,
        inAt,
        outAt: outAt <= now ? outAt : null,
        auto: false,
        corrected: false,
        photo: null,
      })),
  );
}

function pastsOf(
  people: Employed[],
  isIdle: (person: Employed) => boolean,
  { now, zone, midweek }: When,
): Past[] {
  const today = dateAt(now, zone);
  const shift = midweek ? 3 - today.dayOfWeek : 0;
  const dates = Array.from({ length: DAYS + 1 }, (_, ago) => today.subtract({ days: DAYS - ago }));
  const seen = new Map<string, number>();
  return people.map((person) => {
    const order = seen.get(person.rota) ?? 0;
    seen.set(person.rota, order + 1);
    const mine = isIdle(person) ? dates.slice(0, -1) : dates;
    const stays = mine.flatMap((date) => staysOf(person, order, date, zone, date.add({ days: shift })));
    return { person, stays };
  });
}

/** At a quiet hour some are called in, so that a board which is looked at by night has something to show. */
function callIn(pasts: Past[], now: number): void {
  const atWork = pasts.filter(({ stays }) =>
    stays.some(({ inAt, outAt }) => inAt <= now && now < outAt),
  ).length;
  const rested = pasts.filter(({ person, stays }) => {
    const near = stays.some(({ inAt, outAt }) => inAt < now + 600 * MINUTE && outAt > now - 240 * MINUTE);
    return !near && person.rota !== 'night';
  });
  rested
    .sort((a, b) => a.person.id.localeCompare(b.person.id))
    .slice(0, Math.max(0, 11 - atWork))
    .forEach(({ person, stays }, i) => {
      const chance = new Chance('called in', person.email);
      const inAt = Math.round(now - MINUTE * chance.around(8 + 15 * i, 4));
      stays.push({ inAt, outAt: i % 4 === 3 ? Math.round(inAt + (now - inAt) * 0.8) : now + 240 * MINUTE });
    });
}

/** What was done, in the order it was done. */
export function actsOf(records: AttendanceRecord[]): Act[] {
  const acts = records.flatMap((record): Act[] => {
    const open = { ...record, outAt: null };
    const checkIn: Act = { at: record.inAt, action: 'attendance.checked_in', before: null, after: open };
    if (record.outAt === null) return [checkIn];
    return [checkIn, { at: record.outAt, action: 'attendance.checked_out', before: open, after: record }];
  });
  return acts.sort((a, b) => a.at - b.at);
}

/** A UUIDv7 of that moment; the same words give the same id. */
export function idAt(at: number, ...words: string[]): string {
  const chance = new Chance('id', String(at), ...words);
  return UUID.fromFieldsV7(at, chance.bits(12), chance.bits(30), chance.bits(32)).toString();
}

const dateAt = (at: number, zone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
