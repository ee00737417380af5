/** The whole demo at a moment: only plans are later. */
import { Calendar, type When } from './calendar.ts';
import { decidedOf } from './corrections.ts';
import { coursesOf } from './courses.ts';
import { employmentOf } from './employment.ts';
import { enteredOf } from './entered.ts';
import { historyOf } from './history.ts';
import { type Act, actsOf } from './journal.ts';
import { noticesOf } from './notices.ts';
import { takingsOf } from './orders.ts';
import { pendingOf } from './pending.ts';
import { peopleOf } from './people.ts';
import { sellingOf } from './products.ts';
import { registrationsOf } from './registrations.ts';
import { actsOfSessions, sessionsOf } from './sessions.ts';
import { cafeCrews, isSignedIn } from './staff.ts';

const DAY_MS = 86_400_000;

export type Demo = ReturnType<typeof demoOf>;

export function demoOf(when: When) {
  const calendar = new Calendar(when);
  const { now, today } = calendar;
  const beganAt = now - 70 * DAY_MS;
  const people = peopleOf(calendar, beganAt);
  const named = (who: string) => ({ id: people.find(({ name }) => name === who)?.id ?? '', name: who });
  const [admin, supervisor] = [named('Ana Kovač'), named('Daniel Mensah')];
  const idle = named('Mira Lindqvist').id;
  const employment = employmentOf(people, calendar, beganAt);
  const { isEmployed, lastDays } = employment;

  const history = historyOf(
    people,
    calendar,
    ({ id }, date) => isEmployed(id, date) && (id !== idle || date !== today),
    supervisor.id,
  );
  const deciders = [supervisor, admin];
  const asksItself = people.filter((person) => !isSignedIn(person) && isEmployed(person.id, today));
  const mayAsk = new Set(asksItself.map(({ id }) => id));
  const decided = decidedOf(history, calendar, deciders);
  const entered = enteredOf(history, people, calendar, supervisor);
  const corrections = [
    ...decided,
    ...(entered ? [entered] : []),
    ...pendingOf(history, calendar, decided, (id) => mayAsk.has(id)),
  ];
  const nameOf = (id: string) => people.find((person) => person.id === id)?.name ?? '';
  const notices = noticesOf(history.records, corrections, deciders, nameOf, now);

  const leftAt = (id: string) => {
    const last = lastDays.get(id);
    return last === undefined ? null : calendar.at(last, 24 * 60);
  };
  const courses = coursesOf(people, beganAt, now, leftAt);
  const present = new Set(
    history.records.flatMap(({ outAt, personId }) => (outAt === null ? [personId] : [])),
  );
  const sessions = sessionsOf(people, courses, history.marks, calendar, (id) => present.has(id));

  const selling = sellingOf(admin.id, beganAt, now);
  const crews = cafeCrews.map(([cashier, barista]) => ({
    cashier: named(cashier).id,
    barista: named(barista).id,
  }));
  const takings = takingsOf(selling.products, calendar, crews);
  const registrations = registrationsOf(selling.packages, admin, named(cafeCrews[0][1]), calendar);

  const closed: Act = {
    at: calendar.at(calendar.closedThrough.add({ days: 4 }), 9 * 60 + 20),
    actor: admin.id,
    action: 'hours.closed',
    subject: 'closing/hours',
    before: { through: null },
    after: { through: calendar.closedThrough.toString(), reason: null },
  };
  const acts = [
    ...actsOf(history, corrections),
    ...actsOfSessions(sessions),
    ...selling.acts,
    ...registrations.acts,
    ...takings.acts,
    closed,
  ].sort((a, b) => a.at - b.at);
  return {
    calendar,
    beganAt,
    people,
    employment,
    history,
    entered,
    corrections,
    deciders,
    notices,
    courses,
    sessions,
    selling,
    takings,
    registrations,
    acts,
    admin,
    idle,
  };
}
