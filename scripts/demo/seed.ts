/** Fills an empty database with the demo workplace. */
import { hashPassword } from 'better-auth/crypto';
import type { Database } from '../migrate.ts';
import type { When } from './calendar.ts';
import { demoOf } from './demo.ts';
import { insert } from './insert.ts';
import { insertRegistrations } from './registrations.ts';
import { insertHours } from './rows/hours.ts';
import { insertPeople, signInsOf, type SignIn } from './rows/people.ts';
import { insertReports } from './rows/reports.ts';
import { insertRoster } from './rows/roster.ts';
import { insertSelling, insertTakings } from './rows/sales.ts';
import { insertCourses, insertSessions } from './rows/sessions.ts';
import { cafe } from './products.ts';

export type { SignIn };

/** @returns the sign-ins; their passwords are stored nowhere else */
export async function seed(db: Database, when: When, hash = hashPassword): Promise<SignIn[]> {
  const demo = demoOf(when);
  const { calendar, selling, takings, registrations } = demo;
  const signIns = signInsOf(demo.people);
  await insertPeople(db, demo, signIns, hash);
  await insertRoster(db, demo);
  await insertHours(db, demo);
  await insertCourses(db, demo.courses);
  await insertSessions(db, demo.sessions);
  await insertSelling(db, { ...selling, products: takings.products });
  await insertRegistrations(db, registrations, selling.packages, demo.admin.id, cafe.id, calendar);
  await insertTakings(db, takings);
  await insertReports(db, demo);
  const acts = demo.acts.map((act) => ({ ...act, applied: 1 }));
  await insert(db, 'journal', 'at actor action subject before after applied', acts);
  return signIns;
}

export const isEmpty = async (db: Database): Promise<boolean> =>
  (await db.prepare('SELECT 1 FROM people LIMIT 1').first()) === null;
