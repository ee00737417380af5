/** Fills an empty database with the demo workplace. */
import { randomBytes, randomInt } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import type { Correction } from '../../worker/contract/corrections.ts';
import { folded, sortKey } from '../../worker/contract/folded.ts';
import type { Database } from '../migrate.ts';
import { Calendar, type When } from './calendar.ts';
import { correctionsOf } from './corrections.ts';
import { type Courses, coursesOf, teachers } from './courses.ts';
import { type Employed, historyOf, idAt } from './history.ts';
import { insert } from './insert.ts';
import { actsOf } from './journal.ts';
import { noticesOf } from './notices.ts';
import { residents, signedIn } from './people.ts';
import { type Takings, takingsOf } from './orders.ts';
import { cafe, type Selling, sellingOf } from './products.ts';
import { insertRegistrations, registrationsOf } from './registrations.ts';
import { planOf, weekOf } from './schedules.ts';
import { actsOfSessions, excusesOf, sessionsOf, type Sessions } from './sessions.ts';
import { settingsOf } from './settings.ts';

export type SignIn = { name: string; role: string; email: string; password: string };

const DAY_MS = 86_400_000;

/** @returns the sign-ins, whose passwords are kept nowhere else */
export async function seed(db: Database, when: When): Promise<SignIn[]> {
  const calendar = new Calendar(when);
  const beganAt = when.now - 70 * DAY_MS;
  const people = residents.map((resident) => ({ ...resident, id: idAt(beganAt, resident.email) }));
  const isIdle = ({ name }: { name: string }): boolean => name === 'Mira Lindqvist';
  const deciders = ['Daniel Mensah', 'Ana Kovač'].flatMap(
    (name) => people.find((one) => one.name === name) ?? [],
  );
  const history = historyOf(people, isIdle, deciders[0]?.id ?? '', when);
  const corrections = correctionsOf(people, history, calendar, deciders);
  const courses = coursesOf(people, beganAt, when.now);
  const sessions = sessionsOf(people, courses, history.marks, calendar, isIdle);
  const selling = sellingOf(people.find(({ name }) => name === 'Ana Kovač')?.id ?? '', beganAt, when.now);
  const named = (who: string) => ({ id: people.find(({ name }) => name === who)?.id ?? '', name: who });
  const [cashier, releasing, office] = [named('Giulia Conti'), named('Marek Havel'), named('Ana Kovač')];
  const registrations = registrationsOf(selling.packages, office, releasing, calendar);
  const takings = takingsOf(selling.products, calendar, { cashier: cashier.id, releasing: releasing.id });
  const signIns = signInsOf(people);

  await insertPeople(db, people, signIns, beganAt);
  await insertTerms(db, people, calendar, beganAt);
  await insertRoster(db, people, calendar);
  await insert(db, 'attendance', ATTENDANCE, history.records.map(plain));
  await insert(db, 'breaks', BREAKS, history.breaks.map(plain));
  await insert(
    db,
    'marks',
    MARKS,
    history.marks.map((mark) => ({ ...mark, absenceTold: Number(mark.setBy === null) })),
  );
  await insert(db, 'corrections', CORRECTIONS, corrections.map(asRow));
  await insert(db, 'notifications', NOTIFICATIONS, noticesOf(people, corrections, deciders));
  await insertCourses(db, courses);
  await insertSessions(db, sessions);
  await insertSelling(db, { ...selling, products: takings.products });
  await insertRegistrations(db, registrations, selling.packages, office.id, cafe.id, calendar);
  await insertTakings(db, takings);
  const acts = [
    ...actsOf(history, corrections),
    ...actsOfSessions(sessions),
    ...selling.acts,
    ...registrations.acts,
    ...takings.acts,
  ].sort((a, b) => a.at - b.at);
  await insert(
    db,
    'journal',
    JOURNAL,
    acts.map((act) => ({ ...act, applied: 1 })),
  );
  return signIns;
}

const ATTENDANCE = 'id person_id work_date zone in_at out_at due_at due_out auto unconfirmed corrected'.split(
  ' ',
);
const BREAKS = 'id record_id person_id kind start_at end_at due_at auto'.split(' ');
const MARKS = 'person_id work_date status note set_by at absence_told'.split(' ');
const CORRECTIONS =
  'id person_id from_date to_date zone before after reason state requested_at decided_by decided_at answer'.split(
    ' ',
  );
const NOTIFICATIONS = 'id person_id kind title body href at read_at'.split(' ');
const LIVE_SESSIONS =
  'id kind title course_id room starts_at ends_at zone work_date state started_at ended_at late_after_minutes opens_before_minutes period_seconds strict shown secret updated_at'.split(
    ' ',
  );
const SESSION_ATTENDANCE = 'session_id person_id status at method by reason flags'.split(' ');
const SALES =
  'id kind place_id date number state version subtotal tax total tax_rate tax_included currency created_at created_by expires_at paid_at claimed_at claimed_by released_at released_by received_by changed_at changed_by'.split(
    ' ',
  );
const PAYMENTS = 'id sale_id kind method amount received change at by drawer_id'.split(' ');
const DRAWERS = 'id person_id place_id opened_at float'.split(' ');
const JOURNAL = 'at actor action subject before after applied'.split(' ');

export const isEmpty = async (db: Database): Promise<boolean> =>
  (await db.prepare('SELECT 1 FROM people LIMIT 1').first()) === null;

function signInsOf(people: readonly Employed[]): SignIn[] {
  return people.flatMap(({ name, email }) => {
    const role = signedIn.find((one) => one.name === name)?.role;
    return role ? [{ name, role, email, password: newPassword() }] : [];
  });
}

/** 19 characters, about 93 bits, without those that look alike. */
function newPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}

function roleOf({ name }: Employed): string {
  const role = signedIn.find((one) => one.name === name)?.role;
  return role ?? (teachers.some((one) => one === name) ? 'host' : 'employee');
}

/** A password is better-auth's account `credential`, whose issuer is itself. */
async function insertPeople(
  db: Database,
  people: readonly Employed[],
  signIns: readonly SignIn[],
  at: number,
): Promise<void> {
  const rows = people.map((person) => ({
    ...person,
    roles: JSON.stringify([roleOf(person)]),
    staffNumber: staffNumberOf(person, people),
    search: folded(
      [person.name, person.email, person.department, person.position, staffNumberOf(person, people)].join(
        ' ',
      ),
    ),
    sortKey: sortKey(person.name),
    ...{ emailVerified: 1, createdAt: at, updatedAt: at },
  }));
  const accounts = signIns.map(async ({ email, password }) => {
    const userId = people.find((one) => one.email === email)?.id;
    return {
      ...{ id: idAt(at, 'account', email), userId, accountId: userId },
      ...{ issuer: 'local:credential', providerId: 'credential', password: await hashPassword(password) },
      ...{ createdAt: at, updatedAt: at },
    };
  });
  const columns =
    'id name email email_verified roles department position category staff_number search sort_key created_at updated_at';
  await insert(db, 'people', columns.split(' '), rows);
  const credential = 'id user_id issuer provider_id account_id password created_at updated_at';
  await insert(db, 'accounts', credential.split(' '), await Promise.all(accounts));
}

/** "H-1017" */
const staffNumberOf = (person: Employed, people: readonly Employed[]): string =>
  `H-${1_001 + people.indexOf(person)}`;

/** Everybody has been employed for years; one moved from another department last month, one leaves in two weeks. */
async function insertTerms(
  db: Database,
  people: readonly Employed[],
  calendar: Calendar,
  at: number,
): Promise<void> {
  const names = [...new Set(people.map(({ department }) => department))];
  const departments = names.map((name) => ({ id: idAt(at, 'department', name), name }));
  const departmentId = (name: string) => departments.find((it) => it.name === name)?.id;
  await insert(db, 'departments', ['id', 'name'], departments);
  const today = calendar.dates.at(-1);
  const rows = people.flatMap((person) => {
    const term = {
      ...person,
      personId: person.id,
      employed: 1,
      departmentId: departmentId(person.department),
    };
    const since = `20${16 + (people.indexOf(person) % 9)}-0${1 + (people.indexOf(person) % 8)}-01`;
    const moved = person.name === 'Noor Rahimi';
    return [
      { ...term, validFrom: since, ...(moved && { departmentId: departmentId('Reception') }) },
      ...(moved ? [{ ...term, validFrom: today?.subtract({ days: 30 }).toString() }] : []),
      ...(person.name === 'Joost van Dijk'
        ? [{ ...term, employed: 0, validFrom: today?.add({ days: 14 }).toString() }]
        : []),
    ];
  });
  await insert(db, 'terms', 'person_id valid_from employed department_id position category'.split(' '), rows);
}

async function insertRoster(db: Database, people: readonly Employed[], calendar: Calendar): Promise<void> {
  const validFrom = calendar.dates[0]?.subtract({ days: 14 }).toString() ?? '';
  const appliesAt = calendar.at(validFrom, 0);
  const scheduleId = (name: string): string => idAt(appliesAt, 'schedule', name);
  const plans = [...new Map(people.map((person) => [planOf(person).name, planOf(person)])).values()];
  await insert(
    db,
    'settings',
    ['valid_from', 'applies_at', 'value'],
    [{ validFrom, appliesAt, value: JSON.stringify(settingsOf(calendar.zone)) }],
  );
  await insert(
    db,
    'holidays',
    ['date', 'name'],
    [{ date: calendar.holiday.toString(), name: 'Clinic anniversary' }],
  );
  await insert(
    db,
    'schedules',
    ['id', 'name'],
    plans.map(({ name }) => ({ id: scheduleId(name), name })),
  );
  await insert(
    db,
    'schedule_weeks',
    ['schedule_id', 'valid_from', 'week'],
    plans.map((plan) => ({
      ...{ scheduleId: scheduleId(plan.name), validFrom },
      week: JSON.stringify(weekOf(plan, calendar.shift)),
    })),
  );
  await insert(
    db,
    'assignments',
    ['person_id', 'valid_from', 'schedule_id'],
    people.map((person) => ({ personId: person.id, validFrom, scheduleId: scheduleId(planOf(person).name) })),
  );
}

async function insertCourses(db: Database, { courses, groups, members }: Courses): Promise<void> {
  await insert(
    db,
    'courses',
    'id name threshold active'.split(' '),
    courses.map((it) => ({ ...it, active: Number(it.active) })),
  );
  await insert(
    db,
    'groups',
    'id name active'.split(' '),
    groups.map((it) => ({ ...it, active: Number(it.active) })),
  );
  await insert(db, 'group_members', 'group_id person_id since'.split(' '), members);
}

async function insertSessions(db: Database, { sessions, parts }: Sessions): Promise<void> {
  const rows = sessions.map((it) => ({
    ...it,
    courseId: it.course?.id,
    ...{ strict: Number(it.strict), shown: Number(it.shown), secret: randomBytes(32).toString('hex') },
  }));
  await insert(db, 'live_sessions', LIVE_SESSIONS, rows);
  const hosts = sessions.flatMap(({ id, hosts: those }) =>
    those.map((host) => ({ sessionId: id, personId: host.id })),
  );
  const groups = sessions.flatMap(({ id, groups: those }) =>
    those.map((group) => ({ sessionId: id, groupId: group.id })),
  );
  await insert(db, 'session_hosts', ['session_id', 'person_id'], hosts);
  await insert(db, 'session_groups', ['session_id', 'group_id'], groups);
  await insert(db, 'session_attendance', SESSION_ATTENDANCE, parts);
  await insert(
    db,
    'session_excuses',
    'session_id person_id reason by at'.split(' '),
    excusesOf(sessions, parts),
  );
}

async function insertSelling(db: Database, { products, packages, shop }: Selling): Promise<void> {
  await db.prepare('UPDATE places SET name = ?2 WHERE id = ?1').bind(cafe.id, cafe.name).run();
  await insert(db, 'places', ['id', 'name'], [shop]);
  const columns = 'id sku barcode name category price stock held sold low_at updated_at';
  await insert(db, 'products', columns.split(' '), products);
  await insert(db, 'packages', 'id name description price updated_at'.split(' '), packages);
  const lines = packages.flatMap(({ id, products: those }) =>
    those.map((it) => ({ packageId: id, productId: it.id, quantity: it.quantity })),
  );
  await insert(db, 'package_products', 'package_id product_id quantity'.split(' '), lines);
}

async function insertTakings(db: Database, it: Takings): Promise<void> {
  await insert(db, 'sales', SALES, it.sales);
  await insert(db, 'sale_lines', 'sale_id product_id position name quantity price'.split(' '), it.lines);
  // Money goes into an open drawer only, and a person has one at a time: each is closed before the next.
  for (const { drawer, payments, closing } of it.drawers) {
    await insert(db, 'drawers', DRAWERS, [drawer]);
    await insert(db, 'payments', PAYMENTS, payments);
    if (closing)
      await db
        .prepare('UPDATE drawers SET closed_at = ?2, expected = ?3, counted = ?4, note = ?5 WHERE id = ?1')
        .bind(drawer.id, closing.closedAt, closing.expected, closing.counted, closing.note)
        .run();
  }
  await insert(db, 'order_comments', 'id sale_id person_id at text'.split(' '), it.comments);
  await insert(db, 'queues', ['place_id', 'date', 'last'], it.queues);
}

/** SQLite has no booleans. */
const plain = <Row extends { auto: boolean; corrected?: boolean; unconfirmed?: boolean | undefined }>(
  row: Row,
) => ({
  ...row,
  auto: Number(row.auto),
  unconfirmed: Number(row.unconfirmed ?? false),
  corrected: Number(row.corrected ?? false),
});

const asRow = ({ decidedBy, from, to, before, after, ...correction }: Correction) => ({
  ...correction,
  ...{ fromDate: from, toDate: to, before: JSON.stringify(before), after: JSON.stringify(after) },
  decidedBy: decidedBy?.id ?? null,
});
