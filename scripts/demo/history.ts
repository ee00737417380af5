/** What the demo's people did up to now: their stays, breaks and marked days. */
import type { Temporal } from 'temporal-polyfill';
import { UUID } from 'uuidv7';
import type { AttendanceRecord, Break, Mark } from '../../worker/contract/attendance.ts';
import { Calendar, type When } from './calendar.ts';
import { Chance } from './chance.ts';
import type { Resident } from './people.ts';
import { lived, type Pause, type Stay } from './rhythm.ts';
import { minutesOf, planOf } from './schedules.ts';
import { settingsOf } from './settings.ts';

const MINUTE = 60_000;
const { breaks: kinds, checkOutWaitMinutes } = settingsOf('UTC');
const LONGEST = 16 * 60 * MINUTE;
/** Who forgot to check out so lately has not been asked yet. */
const ASKED_MS = 30 * 60 * MINUTE;

export type Employed = Resident & { id: string };

/** A record as its row: with what the job needs, and when somebody really left who forgot to say so. */
export type DemoRecord = AttendanceRecord & { dueAt: number; forgotten: number | undefined };

export type History = { records: DemoRecord[]; breaks: Break[]; marks: Mark[] };

/**
 * Eight weeks up to `now`; whoever is still at work then has an open record.
 * @param isIdle whose stay of today is left out
 * @param supervisor who says that somebody is on leave
 */
export function historyOf(
  people: readonly Employed[],
  isIdle: (person: Employed) => boolean,
  supervisor: string,
  when: When,
): History {
  const calendar = new Calendar(when);
  const days = people.flatMap((person) =>
    calendar.dates
      .filter((date) => !isIdle(person) || date.toString() !== calendar.today)
      .map((date) => ({ person, date, was: livedOn(calendar, person, date) })),
  );
  const stays = days.flatMap(({ person, date, was }) =>
    was.kind === 'work' ? [{ person, date, stay: was.stay, expected: was.expected }] : [],
  );
  const away = new Set(
    days.filter(({ was }) => was.kind !== 'off').map(({ person, date }) => `${person.id} ${date.toString()}`),
  );
  const rested = people.filter((person) => !isIdle(person) && !away.has(`${person.id} ${calendar.today}`));
  const called = calledIn(
    calendar,
    rested,
    stays.map(({ stay }) => stay),
  );
  const kept = [...stays, ...called].filter(({ stay }) => stay.inAt <= when.now);
  return {
    records: kept.map(({ person, date, stay, expected }) => recordOf(calendar, person, date, stay, expected)),
    breaks: kept.flatMap(({ person, stay }) =>
      stay.pauses
        .filter(({ startAt }) => startAt <= when.now)
        .map((pause) => breakOf(person, stay, pause, when.now)),
    ),
    marks: days.flatMap(({ person, date, was }) => markOf(calendar, person, date, was.kind, supervisor)),
  };
}

function livedOn(calendar: Calendar, person: Employed, date: Temporal.PlainDate) {
  const holiday = date.equals(calendar.holiday);
  return lived(person, date, calendar.zone, { like: calendar.like(date), holiday });
}

function recordOf(
  calendar: Calendar,
  person: Employed,
  date: Temporal.PlainDate,
  { inAt, outAt, forgotten }: Stay,
  expected: boolean,
): DemoRecord {
  const end = calendar.at(date, minutesOf(planOf(person)).to);
  const longest = inAt + LONGEST;
  const [dueOut, dueAt] = expected
    ? [end, Math.max(end + 60 * MINUTE, Math.min(end + checkOutWaitMinutes * MINUTE, longest))]
    : [null, longest];
  const closed = forgotten === undefined ? outAt <= calendar.now : dueAt <= calendar.now;
  return {
    id: idAt(inAt, person.email),
    personId: person.id,
    workDate: date.toString(),
    zone: calendar.zone,
    inAt,
    outAt: closed ? outAt : null,
    auto: closed && forgotten !== undefined,
    unconfirmed: closed && forgotten !== undefined && dueAt > calendar.now - ASKED_MS,
    corrected: false,
    photo: null,
    dueAt,
    dueOut,
    forgotten,
  };
}

function breakOf(person: Employed, stay: Stay, { kind, startAt, endAt }: Pause, now: number): Break {
  const minutes = kinds.find((each) => each.kind === kind)?.minutes ?? 0;
  const dueAt = startAt + minutes * MINUTE;
  const ended = endAt <= now ? endAt : null;
  return {
    id: idAt(startAt, 'break', person.email),
    recordId: idAt(stay.inAt, person.email),
    personId: person.id,
    kind,
    startAt,
    endAt: ended,
    dueAt,
    auto: ended === dueAt,
  };
}

/** What a supervisor, or the job, has said of a day on which somebody who was expected did not come. */
function markOf(
  calendar: Calendar,
  person: Employed,
  date: Temporal.PlainDate,
  kind: ReturnType<typeof lived>['kind'],
  supervisor: string,
): Mark[] {
  const { from, to } = minutesOf(planOf(person));
  const [personId, workDate] = [person.id, date.toString()];
  const marks: Record<string, Mark> = {
    leave: {
      ...{
        personId,
        workDate,
        status: 'on_leave',
        note: 'Annual leave',
        setBy: supervisor,
        countsEarly: false,
      },
      at: calendar.at(date.subtract({ days: 9 }), 10 * 60),
    },
    sick: {
      ...{
        personId,
        workDate,
        status: 'excused',
        note: 'Called in sick',
        setBy: supervisor,
        countsEarly: false,
      },
      at: calendar.at(date, from + 20),
    },
    missing: {
      ...{ personId, workDate, status: 'absent', note: null, setBy: null, countsEarly: false },
      at: calendar.at(date, to + 1),
    },
  };
  const mark = marks[kind];
  return mark && mark.at <= calendar.now ? [mark] : [];
}

/** At a quiet hour some are called in, so that a board which is looked at by night has something to show. */
function calledIn(calendar: Calendar, rested: readonly Employed[], stays: readonly Stay[]) {
  const { now } = calendar;
  const atWork = stays.filter(({ inAt, outAt }) => inAt <= now && now < outAt).length;
  const date = calendar.dates.at(-1);
  if (!date) return [];
  return rested
    .filter(({ rota }) => rota !== 'night')
    .toSorted((a, b) => a.id.localeCompare(b.id))
    .slice(0, Math.max(0, 11 - atWork))
    .map((person, i) => {
      const chance = new Chance('called in', person.email);
      const inAt = Math.max(calendar.at(date, 1), Math.round(now - MINUTE * chance.around(8 + 15 * i, 4)));
      const outAt = i % 4 === 3 ? Math.round(inAt + (now - inAt) * 0.8) : now + 240 * MINUTE;
      return { person, date, stay: { inAt, outAt, pauses: [] }, expected: false };
    });
}

/** A UUIDv7 of that moment; the same words give the same id. */
export function idAt(at: number, ...words: string[]): string {
  const chance = new Chance('id', String(at), ...words);
  return UUID.fromFieldsV7(at, chance.bits(12), chance.bits(30), chance.bits(32)).toString();
}
