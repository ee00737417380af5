/** The demo's corrections and their decisions: forgotten check-outs and check-ins. */
import type { AttendanceRecord } from '../../worker/contract/attendance/attendance.ts';
import type { Correction } from '../../worker/contract/attendance/corrections/corrections.ts';
import type { Calendar } from './calendar.ts';
import { Chance } from './chance.ts';
import type { DemoRecord, History } from './history.ts';
import { idAt } from './ids.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** People who forgot to check out within this time have not yet given their true end. */
const SILENT_MS = 30 * HOUR;

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

export type Decider = { id: string; name: string };
type Times = Pick<DemoRecord, 'inAt' | 'outAt'>;

/** Decided corrections; approved ones change their records. @param deciders a person does not decide on their own */
export function decidedOf(
  { records, breaks }: History,
  { now }: Calendar,
  deciders: readonly Decider[],
): Correction[] {
  return records.flatMap((record) => {
    const input = inputOf(record, now);
    if (!input) return [];
    const { times, requestedAt, reason } = input;
    const proposal = proposalOf([{ record, times }], breaks, requestedAt, reason);
    const correction = answered(proposal, deciders);
    if (correction.decidedAt === null || correction.decidedAt > now) return [];
    if (correction.state === 'approved') Object.assign(record, corrected(times));
    return [correction];
  });
}

type Input = { times: Times; requestedAt: number; reason: string };

function inputOf(record: DemoRecord, now: number): Input | undefined {
  const chance = new Chance('asks', record.id);
  const { inAt, outAt, dueAt, startsAt, forgotten } = record;
  const words = (some: readonly string[]): string => some[chance.bits(4) % some.length] ?? '';
  if (outAt === null) return undefined;
  if (forgotten !== undefined) {
    if (dueAt > now - SILENT_MS) return undefined;
    const times = { inAt, outAt: Math.max(forgotten, inAt + HOUR) };
    return { times, requestedAt: dueAt + Math.round(chance.around(14, 3) * HOUR), reason: words(forgot) };
  }
  const late = inAt - (startsAt ?? inAt);
  if (startsAt === null || late < 8 * MINUTE || late > 40 * MINUTE || !chance.happens(0.12)) return undefined;
  const requestedAt = outAt + Math.round(chance.around(60, 18)) * MINUTE;
  return { times: { inAt: startsAt - 3 * MINUTE, outAt }, requestedAt, reason: words(untapped) };
}

/** A request for whole days: the records as they are, and as they should be. */
export function proposalOf(
  days: readonly { record: DemoRecord; times: Times; breaks?: Correction['after'][number]['breaks'] }[],
  breaks: History['breaks'],
  requestedAt: number,
  reason: string,
): Correction {
  const records = days.map(({ record }) => record);
  const [from, to] = [records[0], records.at(-1)];
  const breaksOf = (id: string) => breaks.filter(({ recordId }) => recordId === id);
  return {
    id: idAt(requestedAt, 'correction', from?.id ?? ''),
    personId: from?.personId ?? '',
    from: from?.workDate ?? '',
    to: to?.workDate ?? '',
    zone: from?.zone ?? '',
    before: records.map((record) => ({ record: plainRecord(record), breaks: breaksOf(record.id) })),
    after: days.map(({ record, times, breaks: those = breaksOf(record.id) }) => ({
      record: { ...plainRecord(record), ...corrected(times) },
      breaks: those,
    })),
    reason,
    state: 'pending',
    requestedAt,
    decidedBy: null,
    decidedAt: null,
    answer: null,
  };
}

const corrected = ({ inAt, outAt }: Times) => ({
  inAt,
  outAt,
  auto: false,
  unconfirmed: false,
  corrected: true,
});

/** The contract's record. */
export function plainRecord(it: DemoRecord): AttendanceRecord {
  const { forgotten: _forgotten, reminded: _reminded, startsAt: _startsAt, ...record } = it;
  return record;
}

function answered(proposal: Correction, deciders: readonly Decider[]): Correction {
  const chance = new Chance('decides', proposal.id);
  const decidedAt = proposal.requestedAt + Math.round(chance.around(5, 1.5) * HOUR);
  const decidedBy = deciders.find(({ id }) => id !== proposal.personId);
  if (!decidedBy || chance.happens(0.06)) return { ...proposal, state: 'withdrawn', decidedAt };
  const decided = { decidedBy: { id: decidedBy.id, name: decidedBy.name }, decidedAt };
  if (chance.happens(0.1))
    return { ...proposal, ...decided, state: 'rejected', answer: 'The ward’s list shows other times.' };
  return { ...proposal, ...decided, state: 'approved', answer: answers[chance.bits(4) % 3] ?? null };
}
