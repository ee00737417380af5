/** Fills an empty workplace with the demo, or prepares it for its first admin. */
import { createHash, randomBytes } from 'node:crypto';
import { isEmpty, seed, type SignIn } from './demo/seed.ts';
import { clockIn } from '../worker/contract/zones.ts';
import type { Database } from './migrate.ts';
import { keep, kept, nameOf } from './place.ts';

const LINK_HOURS = 24;
const notes = 'demo.txt';

/** Prepares the workplace in this folder. @returns the lines that explain how to sign in */
export async function settle(
  db: Database,
  it: { folder: string; origin: string; zone: string; demo: boolean },
): Promise<string[]> {
  const signIns = kept(it.folder, notes);
  if (!(await isEmpty(db)))
    return signIns === undefined ? [] : [`The demo's sign-ins are in ${nameOf(it.folder)}/${notes}.`];
  if (!it.demo) {
    return [
      `Make the first admin within ${String(LINK_HOURS)} hours; this works once:`,
      `  ${await setupLink(db, it.origin)}`,
    ];
  }
  const lines = (await seed(db, { now: Date.now(), zone: it.zone })).map(asLine);
  keep(it.folder, notes, `${lines.join('\n')}\n`);
  const clock = clockIn(it.zone, Date.now());
  return [
    `It is a demo, Harbour Clinic, where it is ${clock} now (${it.zone}). Sign in as`,
    ...lines,
    `(kept in ${nameOf(it.folder)}/${notes})`,
  ];
}

const asLine = ({ role, name, email, password }: SignIn): string =>
  `  ${role.padEnd(11)}${name.padEnd(16)}${email.padEnd(32)}${password}`;

async function setupLink(db: Database, origin: string): Promise<string> {
  const { token, sql } = newSetupLink();
  await db.prepare(sql).run();
  return `${origin}/setup#${token}`;
}

/** A link's token, and the statement that allows one use. The database has only its hash, and a URL's fragment reaches no log. */
export function newSetupLink(): { token: string; sql: string } {
  const token = randomBytes(32).toString('hex');
  const hash = createHash('sha256').update(token).digest('hex');
  const expiresAt = Date.now() + LINK_HOURS * 3_600_000;
  return {
    token,
    sql: `INSERT INTO setup_links (hash, expires_at) VALUES ('${hash}', ${String(expiresAt)})`,
  };
}
