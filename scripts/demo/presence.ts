/**
 * What the board shows at any hour: the café is staffed, two people are on a break, one came late, one is in past the end of their
 * shift, and one forgot to check out last night. Chance alone would not always produce it.
 */
import type { Calendar } from './calendar.ts';
import { Chance } from './chance.ts';
import { shiftNow } from './people.ts';
import { cafeCrews, isSignedIn } from './staff.ts';
import { type WorkedDay, dueAtOf } from './lived-days.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ON_BREAK = 2;

export function presentAt(worked: readonly WorkedDay[], calendar: Calendar): WorkedDay[] {
  const { now } = calendar;
  const lives = worked.map((day) => atTheCafe(day, calendar));
  const latest = new Map(lives.filter(({ inAt }) => inAt <= now).map((day) => [day.person.id, day]));
  const isLatest = (day: WorkedDay) => latest.get(day.person.id) === day;
  const free = lives.filter(
    ({ person, endsAt, forgotten }) => endsAt !== null && forgotten === undefined && !isSignedIn(person),
  );
  const changed = new Map<WorkedDay, WorkedDay>();
  const change = (day: WorkedDay | undefined, how: (day: WorkedDay) => WorkedDay) => {
    if (day) changed.set(day, how(day));
  };
  const left = () => free.filter((day) => !changed.has(day));

  change(forgotten(left(), now), leftOpen);
  change(pastTheEnd(left().filter(isLatest), now), leftOpen);
  const isIn = ({ inAt, outAt }: WorkedDay) => inAt <= now && outAt > now + 12 * MINUTE;
  change(
    left().find((day) => isIn(day) && couldBeLate(day, now)),
    comingLate,
  );
  const resting = left().filter((day) => isIn(day) && couldRest(day, now));
  for (const [index, day] of resting.slice(0, ON_BREAK).entries())
    change(day, (it) => onBreak(it, now - (4 + 7 * index) * MINUTE));
  return lives.map((day) => changed.get(day) ?? day);
}

/** The present crew is in from before its shift until after it. */
function atTheCafe(day: WorkedDay, calendar: Calendar): WorkedDay {
  const { person, date, startsAt, endsAt, inAt, outAt } = day;
  const isOn = cafeCrews[0].some((name) => name === person.name) && date.equals(shiftNow(calendar).date);
  if (!isOn || startsAt === null || endsAt === null) return day;
  return {
    ...day,
    inAt: Math.min(inAt, startsAt - 9 * MINUTE),
    outAt: Math.max(outAt, endsAt + 4 * MINUTE),
  };
}

/** A record of last night that has closed by itself: the latest of the evenings and nights. */
const forgotten = (worked: readonly WorkedDay[], now: number): WorkedDay | undefined =>
  worked
    .filter(({ person: { rota } }) => ['late', 'evening', 'night'].includes(rota))
    .filter((day) => dueAtOf(day) <= now - 20 * MINUTE && dueAtOf(day) > now - 30 * HOUR)
    .toSorted((a, b) => dueAtOf(b) - dueAtOf(a))[0];

/** A person who is still in after their shift, preferably one who has been reminded. */
function pastTheEnd(worked: readonly WorkedDay[], now: number): WorkedDay | undefined {
  const over = worked
    .filter((day) => (day.endsAt ?? now) <= now - 3 * MINUTE && now < dueAtOf(day))
    .toSorted((a, b) => (b.endsAt ?? 0) - (a.endsAt ?? 0));
  return over.find(({ endsAt }) => (endsAt ?? now) <= now - 12 * MINUTE) ?? over[0];
}

/** Without a check-out: the shift's end is assumed. */
const leftOpen = (day: WorkedDay): WorkedDay => ({
  ...day,
  forgotten: day.outAt,
  outAt: day.endsAt ?? day.outAt,
  breaks: day.breaks.filter(({ endAt }) => endAt <= Math.min(day.outAt, day.endsAt ?? day.outAt)),
});

const couldBeLate = ({ startsAt }: WorkedDay, now: number): boolean =>
  startsAt !== null && startsAt + 31 * MINUTE <= now;

function comingLate(day: WorkedDay): WorkedDay {
  const chance = new Chance('late', day.person.email, String(day.inAt));
  const inAt = (day.startsAt ?? day.inAt) + Math.round(chance.around(21, 3) * MINUTE);
  return { ...day, inAt, breaks: day.breaks.filter(({ startAt }) => startAt > inAt + HOUR) };
}

/** Whether a person has been in for an hour, has a break left, and has not just had one. */
const couldRest = ({ inAt, outAt, breaks }: WorkedDay, now: number): boolean =>
  inAt <= now - HOUR &&
  outAt > now + HOUR / 2 &&
  !breaks.some(
    ({ kind, endAt, startAt }) => startAt <= now && (kind === 'rest' || endAt > now - 30 * MINUTE),
  );

const onBreak = (day: WorkedDay, startAt: number): WorkedDay => ({
  ...day,
  breaks: [
    ...day.breaks.filter(({ endAt }) => endAt < startAt),
    { kind: 'rest', startAt, endAt: startAt + 17 * MINUTE },
  ],
});
