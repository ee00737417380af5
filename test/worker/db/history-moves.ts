/** People of the history whose terms changed within the eight weeks, in the schema before terms. */
import { DAY, HOUR, idOf, insert, MINUTE, NOW, START } from './history';

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
export const [hal, ida, kim, lou, max] = [
  idOf(1, 8),
  idOf(1, 9),
  idOf(1, 11),
  idOf(1, 12),
  idOf(1, 13),
] as const;
/** Days after the first one. */
export const [LEFT, RETURNED, MOVED, GONE] = [15, 25, 28, 30] as const;
const [NIGHTS, FREE] = [21, 42];

export const dateOf = (day: number): string => new Date(START + day * DAY).toISOString().slice(0, 10);
/** A wall time of a day, as an instant. */
const clock = (day: number, hour: number, zone: string): number =>
  START + day * DAY + (hour - (zone === BERLIN ? (day < 34 ? 2 : 1) : day < 41 ? -4 : -5)) * HOUR;

/** The statements, to run after those of `history`. */
export function moves(): string[] {
  return [
    ...laterRules(),
    ...person(8, { department: 'Ward' }),
    changed(8, LEFT, 'person.deactivated'),
    changed(8, RETURNED, 'person.reactivated'),
    ...worked(8, BERLIN, (day) => day <= LEFT || day >= RETURNED),
    ...person(9, { department: 'Kitchen', zone: NEW_YORK }),
    changed(9, MOVED, 'person.updated'),
    ...worked(9, BERLIN, (day) => day < MOVED),
    ...worked(9, NEW_YORK, (day) => day >= MOVED),
    ...person(10, { department: 'Office' }),
    insert('assignments', { person_id: idOf(1, 10), valid_from: dateOf(NIGHTS), schedule_id: idOf(2, 2) }),
    insert('assignments', { person_id: idOf(1, 10), valid_from: dateOf(FREE), schedule_id: null }),
    ...worked(10, BERLIN, (day) => day < NIGHTS || day >= FREE),
    ...worked(10, BERLIN, (day) => day >= NIGHTS && day < FREE, 22),
    ...person(11, { department: 'Ward', active: 0, updated_at: START + GONE * DAY + 9 * HOUR }),
    ...worked(11, BERLIN, (day) => day < GONE - 2),
    ...person(12, { department: null, roles: '["member"]' }),
    ...person(13, { department: 'Office' }),
    ...worked(13, BERLIN, () => true),
    ...open(),
    ...decided(),
  ];
}

/** A second rule and a second week, each from a date within the history. */
function laterRules(): string[] {
  const shift = { start: '08:30', end: '16:30', breakMinutes: 45 };
  const days = [shift, shift, shift, shift, null, null, null];
  const week = { days, graceMinutes: 0, earlyMinutes: 0, halfDayMinutes: 300 };
  const settings = {
    ...{ organisation: 'Harbour Clinic', zone: BERLIN, dayStart: '03:00', graceMinutes: 10 },
    ...{
      checkOutGraceMinutes: 30,
      longestStayHours: 12,
      overtimeStepMinutes: 15,
      boardVisibleTo: 'everyone',
    },
    breaks: [{ kind: 'meal', name: 'Meal', minutes: 30 }],
  };
  return [
    insert('settings', {
      ...{ valid_from: '2026-10-19', applies_at: START + 27 * DAY },
      value: JSON.stringify(settings),
    }),
    insert('schedule_weeks', {
      ...{ schedule_id: idOf(2, 1), valid_from: '2026-11-02' },
      week: JSON.stringify(week),
    }),
  ];
}

function person(n: number, it: Record<string, string | number | null>): string[] {
  const id = idOf(1, n);
  return [
    insert('people', {
      ...{ id, name: `Moved ${n}`, email: `person${n}@clinic.example`, position: 'Nurse', category: 'Staff' },
      ...{ roles: '["employee"]', active: 1, zone: null, created_at: START, updated_at: START, ...it },
    }),
    ...(it['roles']
      ? []
      : [insert('assignments', { person_id: id, valid_from: dateOf(0), schedule_id: idOf(2, 1) })]),
  ];
}

const changed = (n: number, day: number, action: string): string =>
  insert('journal', {
    ...{ at: START + day * DAY + 16 * HOUR, actor: idOf(1, 1), action, subject: `person/${idOf(1, n)}` },
    applied: 1,
  });

/** Weekdays with irregular minutes. Each sixth was forgotten and closed by the job, with its break. */
function worked(n: number, zone: string, there: (day: number) => boolean, hour = 9): string[] {
  return Array.from({ length: 56 }, (_, day) => day)
    .filter((day) => day % 7 < 5 && (day + n) % 9 > 0 && there(day))
    .flatMap((day) => {
      const [id, person_id, work_date] = [idOf(3, n * 100 + day), idOf(1, n), dateOf(day)];
      const inAt = clock(day, hour, zone) + (((day * 7) % 40) - 15) * MINUTE;
      const auto = day % 6 === 0 ? 1 : 0;
      const outAt = auto ? clock(day, hour + 8, zone) : inAt + (440 + ((day * 11) % 130)) * MINUTE;
      const start_at = inAt + 4 * HOUR;
      const due_at = start_at + 45 * MINUTE;
      const rest = {
        id: idOf(4, n * 100 + day),
        record_id: id,
        person_id,
        kind: 'meal',
        start_at,
        due_at,
        auto,
      };
      return [
        insert('attendance', { id, person_id, work_date, zone, in_at: inAt, out_at: outAt, auto }),
        insert('breaks', { ...rest, end_at: auto ? due_at : start_at + 25 * MINUTE }),
      ];
    });
}

/** A person who is in and on a break while the migration runs. */
function open(): string[] {
  const [id, person_id] = [idOf(3, 1356), idOf(1, 13)];
  const in_at = clock(56, 9, BERLIN);
  // In the future of any run: the migration reads the real clock.
  const due = Date.parse('2099-01-01T17:00Z');
  const rest = { id: idOf(4, 1356), record_id: id, person_id, kind: 'meal', start_at: NOW - 10 * MINUTE };
  return [
    insert('attendance', {
      ...{ id, person_id, work_date: dateOf(56), zone: BERLIN, in_at, out_at: null, auto: 0 },
      ...{ due_at: due, due_out: due - HOUR },
    }),
    insert('breaks', { ...rest, end_at: null, due_at: NOW + 35 * MINUTE, auto: 0 }),
  ];
}

/** Max's second Tuesday was corrected, his second Wednesday's request rejected; a request for a day with two records waits. */
function decided(): string[] {
  const [tuesday, wednesday, thursday] = [8, 9, 10];
  const person_id = idOf(1, 13);
  const request = { person_id, zone: BERLIN, reason: 'The phone was empty', requested_at: NOW };
  const by = { decided_by: idOf(1, 1), decided_at: NOW };
  const on = (day: number, from: number, to: number) => ({
    ...{ record_id: idOf(3, 1300 + day), work_date: dateOf(day) },
    ...{ new_in: clock(day, from, BERLIN), new_out: clock(day, to, BERLIN) },
  });
  const before = (day: number) =>
    `UPDATE corrections SET (old_in, old_out) = (SELECT in_at, out_at FROM attendance WHERE id = record_id)
     WHERE record_id = '${idOf(3, 1300 + day)}'`;
  return [
    insert('corrections', { id: idOf(5, 3), ...request, ...on(tuesday, 8, 18), state: 'approved', ...by }),
    before(tuesday),
    `UPDATE attendance SET in_at = ${clock(tuesday, 8, BERLIN)}, out_at = ${clock(tuesday, 18, BERLIN)}, corrected = 1
     WHERE id = '${idOf(3, 1300 + tuesday)}'`,
    insert('corrections', {
      ...{ id: idOf(5, 4), ...request, ...on(wednesday, 6, 20), state: 'rejected', ...by, answer: 'Not you' },
    }),
    before(wednesday),
    insert('attendance', {
      ...{ id: idOf(3, 1399), person_id, work_date: dateOf(thursday), zone: BERLIN },
      ...{ in_at: clock(thursday, 20, BERLIN), out_at: clock(thursday, 21, BERLIN), auto: 0 },
    }),
    insert('corrections', { id: idOf(5, 5), ...request, ...on(thursday, 9, 19), state: 'pending' }),
    before(thursday),
  ];
}
