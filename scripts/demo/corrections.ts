/** What the demo's people asked to have corrected: check-outs they forgot, arrivals they forgot to tap. */
import type { AttendanceRecord, Break } from '../../worker/contract/attendance.ts';
import type { Correction } from '../../worker/contract/corrections.ts';
import { Chance } from './chance.ts';
import { type DemoRecord, type Employed, type History, idAt } from './history.ts';
import { minutesOf, planOf } from './schedules.ts';
import type { Calendar } from './calendar.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** So many wait for an answer, whatever the history brought. */
const PENDING = 3;

const forgot = [
  'I handed over to the next shift and forgot to check out.',
  'An emergency came in as I was leaving; I went home straight from the ward.',
  'My phone was empty when I left.',
];
const untapped = [
  'I was at the front desk from the start and forgot to tap.',
  'The entrance was blocked by a delivery; I was inside before my shift began.',
];
const answers = ['The rota shows you were there until then.', 'Confirmed with the ward.', null];

/** One record, and what it should be. */
type Asked = Omit<Correction, 'from' | 'to' | 'before' | 'after'> & {
  recordId: string;
  workDate: string;
  oldIn: number;
  oldOut: number | null;
  newIn: number;
  newOut: number;
};

/** Changes the records of those that were approved. @param deciders who decides; nobody on their own */
export function correctionsOf(
  people: readonly Employed[],
  { records, breaks }: Pick<History, 'records' | 'breaks'>,
  calendar: Calendar,
  deciders: readonly { id: string; name: string }[],
): Correction[] {
  const byId = new Map(people.map((person) => [person.id, person]));
  const made = records.flatMap((record) => {
    const person = byId.get(record.personId);
    const asked = person && askedOf(person, record, calendar);
    return asked ? [decided(asked, record, calendar, deciders)] : [];
  });
  const waiting = made.filter(({ state }) => state === 'pending').length;
  const free = records
    .filter(({ outAt, id }) => outAt !== null && made.every(({ recordId }) => recordId !== id))
    .toSorted((a, b) => b.inAt - a.inAt)
    .filter((record, index, all) => all.findIndex(({ personId }) => personId === record.personId) === index)
    .filter(({ personId }) => deciders.every(({ id }) => id !== personId))
    .slice(0, Math.max(0, PENDING - waiting));
  const asked = [
    ...made,
    ...free.map((record, index) => ({
      ...pending(record, calendar.now - (index + 1) * 37 * MINUTE, untapped[index % untapped.length] ?? ''),
      newIn: record.inAt - (9 + index * 6) * MINUTE,
      newOut: record.outAt ?? record.inAt,
    })),
  ];
  return asked.map((it) => wholeDay(it, records, breaks));
}

/** The day as it was and as it should be: the record with its breaks, and whatever else was recorded on it. */
function wholeDay(
  { recordId, workDate, oldIn, oldOut, newIn, newOut, ...it }: Asked,
  records: readonly DemoRecord[],
  breaks: readonly Break[],
): Correction {
  const days = records
    .filter(({ personId, workDate: date }) => personId === it.personId && date === workDate)
    .map(({ forgotten: _forgotten, ...record }) => ({
      record,
      breaks: breaks.filter((each) => each.recordId === record.id),
    }));
  const as = (times: Partial<AttendanceRecord>) =>
    days
      .map((day) => (day.record.id === recordId ? { ...day, record: { ...day.record, ...times } } : day))
      .sort((a, b) => a.record.inAt - b.record.inAt);
  return {
    ...it,
    ...{ from: workDate, to: workDate },
    before: as({ inAt: oldIn, outAt: oldOut, corrected: false }),
    after: as({ inAt: newIn, outAt: newOut, auto: false, unconfirmed: false, corrected: true }),
  };
}

function askedOf(person: Employed, record: DemoRecord, calendar: Calendar): Asked | undefined {
  const chance = new Chance('asks', record.id);
  const start = calendar.at(record.workDate, minutesOf(planOf(person)).from);
  const words = (some: readonly string[]): string => some[chance.bits(4) % some.length] ?? '';
  if (record.outAt === null) return undefined;
  if (record.forgotten !== undefined && record.auto && chance.happens(0.8)) {
    const asked = pending(record, record.dueAt + Math.round(chance.around(14, 3) * HOUR), words(forgot));
    return { ...asked, newIn: record.inAt, newOut: Math.max(record.forgotten, record.inAt + HOUR) };
  }
  const late = record.inAt - start;
  if (late < 8 * MINUTE || late > 40 * MINUTE || !chance.happens(0.12)) return undefined;
  const asked = pending(record, record.outAt + Math.round(chance.around(60, 30)) * MINUTE, words(untapped));
  return { ...asked, newIn: start - 3 * MINUTE, newOut: record.outAt };
}

function pending(record: DemoRecord, requestedAt: number, reason: string): Omit<Asked, 'newIn' | 'newOut'> {
  const { id, personId, workDate, zone, inAt, outAt } = record;
  return {
    id: idAt(requestedAt, 'correction', id),
    ...{ personId, recordId: id, workDate, zone, oldIn: inAt, oldOut: outAt, reason, requestedAt },
    ...{ state: 'pending', decidedBy: null, decidedAt: null, answer: null },
  };
}

function decided(
  asked: Asked,
  record: DemoRecord,
  { now }: Calendar,
  deciders: readonly { id: string; name: string }[],
): Asked {
  const chance = new Chance('decides', asked.id);
  const decidedAt = asked.requestedAt + Math.round(chance.around(5, 2) * HOUR);
  const decider = deciders.find(({ id }) => id !== asked.personId);
  const decidedBy = decider && { id: decider.id, name: decider.name };
  if (asked.requestedAt > now) return { ...asked, requestedAt: Math.max(record.dueAt, now - 11 * MINUTE) };
  if (decidedAt > now || !decidedBy) return asked;
  if (chance.happens(0.06)) return { ...asked, state: 'withdrawn', decidedAt };
  if (chance.happens(0.1))
    return {
      ...asked,
      state: 'rejected',
      decidedBy,
      decidedAt,
      answer: 'The door log shows a later arrival.',
    };
  Object.assign(record, {
    inAt: asked.newIn,
    outAt: asked.newOut,
    auto: false,
    unconfirmed: false,
    corrected: true,
  });
  return { ...asked, state: 'approved', decidedBy, decidedAt, answer: answers[chance.bits(4) % 3] ?? null };
}
