/** A workplace of one test worker: the built Worker, the demo's data, and a network that can fail. */
import { randomBytes, randomUUID } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { hashPassword } from 'better-auth/crypto';
import { serializeSigned } from 'hono/utils/cookie';
import { uuidv7 } from 'uuidv7';
import type { SignIn } from '../../scripts/demo/seed.ts';
import { newVapidKeys } from '../../scripts/place.ts';
import { type Build, serve, type Served } from '../../scripts/serve.ts';
import { Response } from 'miniflare';
import { Network } from './Network.ts';
import { seeded } from './seeded.ts';

/** The session's cookie over plain HTTP. */
export const COOKIE = 'muster';

export type Employee = { id: string; name: string; email: string; password: string };

type Vars = { AUTH_SECRET: string; VAPID_KEYS: string; WORKPLACE_ZONE: string };

/** A request to another host: only push services are asked anything. */
export type Sent = { url: string; encoding: string | null };

const pushService =
  (sent: Sent[]) => (request: { url: string; headers: { get(name: string): string | null } }) => {
    sent.push({ url: request.url, encoding: request.headers.get('Content-Encoding') });
    return Promise.resolve(new Response(null, { status: 201 }));
  };

export class Workplace {
  /** What the Worker sent to other hosts. */
  readonly sent: Sent[];
  /** The origin for browsers, through the network. */
  readonly origin: string;
  readonly network: Network;
  /** A time zone in which it is early afternoon. */
  readonly zone: string;
  readonly #signIns: SignIn[];
  readonly #folder: string;
  readonly #vars: Vars;
  #server: Served;
  readonly #password = randomBytes(12).toString('hex');
  #hash: Promise<string> | undefined;

  private constructor(
    origin: string,
    network: Network,
    signIns: SignIn[],
    it: { folder: string; vars: Vars; server: Served; sent: Sent[] },
  ) {
    this.origin = origin;
    this.network = network;
    this.zone = it.vars.WORKPLACE_ZONE;
    this.#signIns = signIns;
    this.#folder = it.folder;
    this.#vars = it.vars;
    this.sent = it.sent;
    this.#server = it.server;
  }

  static async open(): Promise<Workplace> {
    const { folder: demo, zone, signIns } = seeded();
    const folder = await mkdtemp(join(tmpdir(), 'muster-e2e-'));
    await cp(demo, folder, { recursive: true });
    const vars = {
      AUTH_SECRET: randomBytes(32).toString('hex'),
      VAPID_KEYS: newVapidKeys(),
      WORKPLACE_ZONE: zone,
    };
    const sent: Sent[] = [];
    const server = await serve({ port: 0, state: folder, vars, elsewhere: pushService(sent) });
    const network = new Network(server.port);
    const origin = `http://localhost:${await network.listen()}`;
    return new Workplace(origin, network, signIns, { folder, vars, server, sent });
  }

  /** The server's own origin, past the network. */
  get direct(): string {
    return `http://localhost:${this.#server.port}`;
  }

  get db(): Served['db'] {
    return this.#server.db;
  }

  /** Runs the jobs of each minute now. */
  runJobs(): Promise<void> {
    return this.#server.runJobs();
  }

  /** Serves another build with the same data, under the pages that are open. */
  async deploy(build: Build): Promise<void> {
    this.network.block({ everything: true });
    await this.#server.close();
    this.#server = await serve({
      port: 0,
      state: this.#folder,
      vars: this.#vars,
      build,
      elsewhere: pushService(this.sent),
    });
    this.network.redirect(this.#server.port);
    this.network.restore();
  }

  async close(): Promise<void> {
    await this.network.close();
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A person of the demo with that role. */
  get(role: SignIn['role']): SignIn {
    const found = this.#signIns.find((one) => one.role === role);
    if (!found) throw new Error(`no person of the demo is ${role}`);
    return found;
  }

  /** A new person, unknown to other tests. */
  async hire(name: string, roles: string[] = ['employee']): Promise<Employee> {
    const [id, now] = [uuidv7(), Date.now()];
    const email = `${id}@harbour.example`;
    this.#hash ??= hashPassword(this.#password);
    await this.db.batch([
      this.db
        .prepare(
          `INSERT INTO people (id, name, email, email_verified, roles, department, position, created_at, updated_at)
           VALUES (?1, ?2, ?3, 1, ?4, 'Nursing', 'Nurse', ?5, ?5)`,
        )
        .bind(id, name, email, JSON.stringify(roles), now),
      this.db
        .prepare(`INSERT INTO departments (id, name) VALUES (?1, 'Nursing') ON CONFLICT DO NOTHING`)
        .bind(uuidv7()),
      // Employed for long: no day is computed without terms.
      this.db
        .prepare(
          `INSERT INTO terms (person_id, valid_from, employed, department_id, position, category)
           SELECT people.id, '2020-01-01', 1, departments.id, position, category FROM people
           JOIN departments ON departments.name = people.department WHERE people.id = ?1`,
        )
        .bind(id),
      this.db
        .prepare(
          `INSERT INTO accounts (id, user_id, issuer, provider_id, account_id, password, created_at, updated_at)
           VALUES (?1, ?2, 'local:credential', 'credential', ?2, ?3, ?4, ?4)`,
        )
        .bind(uuidv7(), id, await this.#hash, now),
    ]);
    return { id, name, email, password: this.#password };
  }

  /** Signs in without the form, which has tests of its own, and waits for the page. */
  async signIn(page: Page, { email }: { email: string }, next = '/'): Promise<void> {
    const value = await this.session(email);
    await page.context().addCookies([{ name: COOKIE, value, url: this.origin }]);
    await page.goto(`${this.origin}${next}`);
    await awake(page);
  }

  /** Makes a session without hashing a password, which takes longer than most tests. @returns its cookie's value */
  async session(email: string): Promise<string> {
    const [token, now] = [randomUUID(), Date.now()];
    const made = await this.db
      .prepare(
        `INSERT INTO sessions (id, user_id, token, expires_at, created_at, updated_at)
         SELECT ?1, id, ?2, ?3, ?4, ?4 FROM people WHERE email = ?5`,
      )
      .bind(uuidv7(), token, now + 30 * 86_400_000, now, email)
      .run();
    expect(made.meta.changes).toBe(1);
    const cookie = await serializeSigned(COOKIE, token, this.#vars.AUTH_SECRET);
    return cookie.slice(COOKIE.length + 1).split(';')[0] ?? '';
  }
}

/** Waits until the page's script handles taps and keys. */
export async function awake(page: Page): Promise<void> {
  await expect(page.locator('html[data-awake] main')).toBeVisible();
}

export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}
