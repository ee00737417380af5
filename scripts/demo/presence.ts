/**
 * What there is to see at this very moment, whatever the hour: the café is staffed, two are on a break, one came late, one is
 * in past the end of their shift, and one forgot to check out last night. Chance alone would not always bring it.
 */
import type { Calendar } from './calendar.ts';
import { Chance } from './chance.ts';
import { shiftNow } from './people.ts';
import { cafeCrews, isSignedIn } from './staff.ts';
import { type DemoStay, dueAtOf } from './stays.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ON_BREAK = 2;

export function presentAt(stays: readonly DemoStay[], calendar: Calendar): DemoStay[] {
  const { now } = calendar;
  const lives = stays.map((stay) => atTheCafe(stay, calendar));
  const latest = new Map(lives.filter(({ inAt }) => inAt <= now).map((stay) => [stay.person.id, stay]));
  const isLatest = (stay: DemoStay) => latest.get(stay.person.id) === stay;
  const free = lives.filter(
    ({ person, endsAt, forgotten }) => endsAt !== null && forgotten === undefined && !isSignedIn(person),
  );
  const changed = new Map<DemoStay, DemoStay>();
  const change = (stay: DemoStay | undefined, how: (stay: DemoStay) => DemoStay) => {
    if (stay) changed.set(stay, how(stay));
  };
  const left = () => free.filter((stay) => !changed.has(stay));

  change(forgotten(left(), now), leftOpen);
  change(pastTheEnd(left().filter(isLatest), now), leftOpen);
  const isIn = ({ inAt, outAt }: DemoStay) => inAt <= now && outAt > now + 12 * MINUTE;
  change(
    left().find((stay) => isIn(stay) && couldBeLate(stay, now)),
    comingLate,
  );
  const resting = left().filter((stay) => isIn(stay) && couldRest(stay, now));
  for (const [index, stay] of resting.slice(0, ON_BREAK).entries())
    change(stay, (it) => onBreak(it, now - (4 + 7 * index) * MINUTE));
  return lives.map((stay) => changed.get(stay) ?? stay);
}

/** The crew that is on now is there, from before its shift until after it. */
function atTheCafe(stay: DemoStay, calendar: Calendar): DemoStay {
  const { person, date, startsAt, endsAt, inAt, outAt } = stay;
  const isOn = cafeCrews[0].some((name) => name === person.name) && date.equals(shiftNow(calendar).date);
  if (!isOn || startsAt === null || endsAt === null) return stay;
  return {
    ...stay,
    inAt: Math.min(inAt, startsAt - 9 * MINUTE),
    outAt: Math.max(outAt, endsAt + 4 * MINUTE),
  };
}

/** Whose record of last night has closed by itself: the latest of the evenings and nights. */
const forgotten = (stays: readonly DemoStay[], now: number): DemoStay | undefined =>
  stays
    .filter(({ person: { rota } }) => ['late', 'evening', 'night'].includes(rota))
    .filter((stay) => dueAtOf(stay) <= now - 20 * MINUTE && dueAtOf(stay) > now - 30 * HOUR)
    .toSorted((a, b) => dueAtOf(b) - dueAtOf(a))[0];

/** Who is still in: somebody whose shift ended long enough ago to have been reminded, if there is one. */
function pastTheEnd(stays: readonly DemoStay[], now: number): DemoStay | undefined {
  const over = stays
    .filter((stay) => (stay.endsAt ?? now) <= now - 3 * MINUTE && now < dueAtOf(stay))
    .toSorted((a, b) => (b.endsAt ?? 0) - (a.endsAt ?? 0));
  return over.find(({ endsAt }) => (endsAt ?? now) <= now - 12 * MINUTE) ?? over[0];
}

/** Nobody checked out: the shift's end is assumed. */
const leftOpen = (stay: DemoStay): DemoStay => ({
  ...stay,
  forgotten: stay.outAt,
  outAt: stay.endsAt ?? stay.outAt,
  pauses: stay.pauses.filter(({ endAt }) => endAt <= Math.min(stay.outAt, stay.endsAt ?? stay.outAt)),
});

const couldBeLate = ({ startsAt }: DemoStay, now: number): boolean =>
  startsAt !== null && startsAt + 31 * MINUTE <= now;

function comingLate(stay: DemoStay): DemoStay {
  const chance = new Chance('late', stay.person.email, String(stay.inAt));
  const inAt = (stay.startsAt ?? stay.inAt) + Math.round(chance.around(21, 3) * MINUTE);
  return { ...stay, inAt, pauses: stay.pauses.filter(({ startAt }) => startAt > inAt + HOUR) };
}

/** Whether somebody has been in for an hour, has a break left, and has not had one just now. */
const couldRest = ({ inAt, outAt, pauses }: DemoStay, now: number): boolean =>
  inAt <= now - HOUR &&
  outAt > now + HOUR / 2 &&
  !pauses.some(
    ({ kind, endAt, startAt }) => startAt <= now && (kind === 'rest' || endAt > now - 30 * MINUTE),
  );

const onBreak = (stay: DemoStay, startAt: number): DemoStay => ({
  ...stay,
  pauses: [
    ...stay.pauses.filter(({ endAt }) => endAt < startAt),
    { kind: 'rest', startAt, endAt: startAt + 17 * MINUTE },
  ],
});
