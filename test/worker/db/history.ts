/**
 * Eight weeks of a workplace in the schema before terms, the same in each run: to compare its reports before and after the
 * migration.
 */
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Monday, 21 September 2026, to Sunday, 15 November: both zones change their clocks in it. */
export const FROM = '2026-09-21';
export const TO = '2026-11-15';
export const NOW = Date.parse('2026-11-16T11:30Z');
export const START = Date.parse(`${FROM}T00:00Z`);

const hex = (n: number, length: number) => n.toString(16).padStart(length, '0');
/** An id of version 7, always the same for the same numbers. */
export const idOf = (kind: number, n: number) => `0197${hex(kind, 4)}-0000-7000-8000-${hex(n, 12)}`;

const quoted = (value: string | number | null) =>
  value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
export const insert = (table: string, row: Record<string, string | number | null>) =>
  `INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(quoted).join(', ')})`;

interface Person {
  n: number;
  name: string;
  department: string | null;
  zone?: string;
  night?: boolean;
  createdDay?: number;
  leftDay?: number;
}

const people: readonly Person[] = [
  { n: 1, name: 'Ana Kovač', department: 'Office' },
  { n: 2, name: 'Ben Ortiz', department: 'Ward' },
  { n: 3, name: 'Chi Nguyen', department: 'Ward', night: true },
  { n: 4, name: 'Dora Łaski', department: 'Kitchen' },
  { n: 5, name: 'Eve Stone', department: 'Kitchen', zone: 'America/New_York' },
  { n: 6, name: 'Finn Öz', department: null, createdDay: 21 },
  { n: 7, name: 'Gil Left', department: 'Ward', leftDay: 40 },
];

/** The offset of a person's zone from UTC on a day, in hours. */
const offset = ({ zone }: Person, day: number): number =>
  zone === undefined ? (day < 34 ? 2 : 1) : day < 41 ? -4 : -5;

const shift = (start: string, end: string) => ({ start, end, breakMinutes: 30 });
const week = (it: object | null) =>
  JSON.stringify({
    days: [it, it, it, it, it, null, null],
    ...{ graceMinutes: null, earlyMinutes: 10, halfDayMinutes: 240 },
  });

export function history(): string[] {
  return [
    ...workplace(),
    ...people.flatMap((person) => [...personRows(person), ...daysOf(person)]),
    ...requests(),
  ];
}

function workplace(): string[] {
  const settings = {
    ...{ organisation: 'Harbour Clinic', zone: 'Europe/Berlin', dayStart: '04:00', graceMinutes: 5 },
    ...{ checkOutGraceMinutes: 60, longestStayHours: 14, overtimeStepMinutes: 5, boardVisibleTo: 'everyone' },
    breaks: [{ kind: 'meal', name: 'Meal', minutes: 45 }],
  };
  return [
    insert('settings', {
      valid_from: '2026-09-01',
      applies_at: START - 20 * DAY,
      value: JSON.stringify(settings),
    }),
    ...[1, 2].map((n) => insert('schedules', { id: idOf(2, n), name: n === 1 ? 'Days' : 'Nights' })),
    insert('schedule_weeks', {
      schedule_id: idOf(2, 1),
      valid_from: '2026-09-01',
      week: week(shift('09:00', '17:00')),
    }),
    insert('schedule_weeks', {
      schedule_id: idOf(2, 2),
      valid_from: '2026-09-01',
      week: week(shift('22:00', '06:00')),
    }),
    insert('holidays', { date: '2026-10-03', name: 'Unity Day' }),
  ];
}

function personRows({ n, name, department, zone, night, createdDay = 0, leftDay }: Person): string[] {
  const id = idOf(1, n);
  const created = START + createdDay * DAY + 7 * HOUR;
  const rows = [
    insert('people', {
      ...{ id, name, email: `person${n}@clinic.example`, department, position: 'Nurse', category: 'Staff' },
      ...{ roles: n === 1 ? '["admin"]' : '["employee"]', active: leftDay === undefined ? 1 : 0 },
      ...{ zone: zone ?? null, created_at: created, updated_at: created },
    }),
    insert('assignments', { person_id: id, valid_from: FROM, schedule_id: idOf(2, night ? 2 : 1) }),
  ];
  if (leftDay === undefined) return rows;
  const entry = { actor: idOf(1, 1), action: 'person.deactivated', subject: `person/${id}`, applied: 1 };
  return [...rows, insert('journal', { at: START + leftDay * DAY + 16 * HOUR, ...entry })];
}

/** Late, early, long, short, absent, marked and forgotten days, in rotation. */
function daysOf(person: Person): string[] {
  const { n, night, createdDay = 0, leftDay = 56 } = person;
  return Array.from({ length: 56 }, (_, day) => day).flatMap((day) => {
    if (day % 7 > 4 || day < createdDay || day > leftDay) return [];
    const date = new Date(START + day * DAY).toISOString().slice(0, 10);
    const turn = (day * 3 + n * 5) % 11;
    if (turn === 3) return [];
    if (turn === 7) return [mark(person, date, day % 2 === 0 ? 'on_leave' : 'excused')];
    const begin = START + day * DAY + ((night ? 22 : 9) - offset(person, day)) * HOUR;
    const inAt = begin + [-7, 0, 4, 0, 12, -25, 3, 0, 1, 40, -2][turn]! * MINUTE;
    const outAt = inAt + [480, 510, 545, 0, 470, 500, 200, 0, 480, 450, 600][turn]! * MINUTE;
    const id = idOf(3, n * 100 + day);
    const auto = turn === 8 ? 1 : 0;
    const record = { id, person_id: idOf(1, n), work_date: date, zone: person.zone ?? 'Europe/Berlin' };
    const rest = { id: idOf(4, n * 100 + day), record_id: id, person_id: idOf(1, n), kind: 'meal' };
    const start = inAt + 3 * HOUR;
    return [
      insert('attendance', { ...record, in_at: inAt, out_at: outAt, auto }),
      ...(turn % 2 === 0 && turn !== 6
        ? [
            insert('breaks', {
              ...rest,
              start_at: start,
              end_at: start + 30 * MINUTE,
              due_at: start + 45 * MINUTE,
            }),
          ]
        : []),
    ];
  });
}

const mark = ({ n }: Person, date: string, status: string) =>
  insert('marks', {
    ...{ person_id: idOf(1, n), work_date: date, status, note: 'Agreed', set_by: idOf(1, 1), at: NOW },
  });

/** One waiting request, for a record with a break; one approved, for a day without records. */
function requests(): string[] {
  const at = START + 9 * HOUR;
  const request = {
    person_id: idOf(1, 2),
    zone: 'Europe/Berlin',
    reason: 'The phone was empty',
    requested_at: NOW,
  };
  const record = `(SELECT id FROM attendance WHERE person_id = ${quoted(idOf(1, 2))} ORDER BY in_at LIMIT 1)`;
  const pending = insert('corrections', {
    ...{
      id: idOf(5, 1),
      record_id: '?',
      work_date: FROM,
      old_in: 0,
      old_out: 0,
      new_in: at,
      new_out: at + 8 * HOUR,
    },
    ...{ ...request, state: 'pending' },
  });
  return [
    pending.replace("'?'", record),
    `UPDATE corrections SET (work_date, old_in, old_out, new_in, new_out) =
       (SELECT work_date, in_at, out_at, in_at, out_at + 1800000 FROM attendance WHERE id = record_id)`,
    insert('corrections', {
      ...{
        id: idOf(5, 2),
        record_id: idOf(3, 999),
        work_date: '2026-10-01',
        new_in: at,
        new_out: at + 8 * HOUR,
      },
      ...{ ...request, state: 'approved', decided_by: idOf(1, 1), decided_at: NOW },
    }),
  ];
}
