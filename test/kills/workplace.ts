/** A throw-away workplace: people who work and people at tills, each signed in. */
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authSecret, databases } from '../../scripts/place.ts';
import { type Build, serve, type Served } from '../../scripts/serve.ts';
import { cookieOf, employ, openTills, type Person, posts, staff } from '../bench/people.ts';

/** The first is an admin. Those at tills follow `openTills`. */
const PEOPLE = posts.tills.from + posts.tills.count;
const people = staff(PEOPLE);

export type SignedIn = Person & { cookie: string };

export type Workplace = {
  folder: string;
  secret: string;
  admin: SignedIn;
  workers: readonly SignedIn[];
  tills: readonly SignedIn[];
};

/** @param folder an empty one; a temporary one if not given, which the process removes when it ends */
export async function newWorkplace(folder = temporary()): Promise<Workplace> {
  const secret = authSecret(folder);
  const muster = await serving({ folder, secret });
  await employ(muster.db, people);
  await openTills(muster.db, people);
  await muster.close();
  const signedIn = await Promise.all(
    people.map(async (person) => ({ ...person, cookie: await cookieOf(person, secret) })),
  );
  const [admin, ...workers] = signedIn.slice(0, posts.tills.from);
  if (!admin) throw new Error('the staff is empty');
  return { folder, secret, admin, workers, tills: signedIn.slice(posts.tills.from) };
}

/** Serves it within this process, at any free port if none is given. */
export const serving = (
  { folder, secret }: Pick<Workplace, 'folder' | 'secret'>,
  { port = 0, build }: { port?: number; build?: Build } = {},
): Promise<Served> => serve({ port, state: folder, vars: { AUTH_SECRET: secret }, ...(build && { build }) });

/** The path of the database's file. */
export function fileOf(folder: string): string {
  const [file] = globSync(join(databases(folder), 'd1', '*', '*.sqlite')).filter(
    (it) => !it.endsWith('metadata.sqlite'),
  );
  if (file === undefined) throw new Error(`There is no database in ${folder}.`);
  return file;
}

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-kills-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
