/** What is measured: how each is started, listened to, and made to tell something. The same bytes go through all of them. */
import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import type { Frames } from './frames.ts';
import { Http } from './http.ts';
import { Listener } from './listener.ts';
import { cookieOf, type Person, staff } from './people.ts';
import { Server } from './server.ts';

export const PEOPLE = 10_000;
export const people = staff(PEOPLE);
const secret = randomUUID();

export interface Subject {
  readonly server: Server;
  /** Whether its frames must follow each other without a hole. */
  readonly ordered: boolean;
  listen(index: number, frames: Frames): Promise<Listener>;
  /** One change by the next person; resolves when it is acknowledged. `frames` learns when it was sent. */
  change(frames: Frames): Promise<void>;
  /** So many changes as fast as it takes them. */
  burst(count: number, frames: Frames): Promise<void>;
  end(): Promise<void>;
}

export async function muster(): Promise<Muster> {
  const cookies = people.map(async (person) => [person.id, await cookieOf(person, secret)] as const);
  const server = await Server.start('serve-muster.ts', { AUTH_SECRET: secret, PEOPLE: String(PEOPLE) });
  return new Muster(server, new Map(await Promise.all(cookies)));
}

export const bare = async (): Promise<Teller> =>
  new Teller(await Server.start('serve-object.ts', { WORKER: 'bare' }), '/');

export const ws = async (): Promise<Teller> => new Teller(await Server.start('serve-ws.ts'), '/');

/** The product's object alone, handed all events at once. */
export const fanOut = async (): Promise<Teller> => new Teller(await channelAlone(1), '/fan-out');

/** The product's object alone, handed each event when the one before has left. */
export const oneByOne = async (): Promise<Teller> => new Teller(await channelAlone(1), '/one-by-one');

export const commits = async (): Promise<Committer> => new Committer(await channelAlone(PEOPLE));

const channelAlone = (employed: number): Promise<Server> =>
  Server.start('serve-object.ts', { WORKER: 'channel', PEOPLE: String(employed) });

/** Gives every change to another person, so that nobody meets the ceiling of 120 writes a minute. */
class Turns {
  #next = 0;
  next(): Person {
    this.#next += 1;
    return people[this.#next % PEOPLE] as Person;
  }
}

/** The whole product: signed cookies, real upgrades, and for every change a POST that checks in or, the next time round, out. */
export class Muster implements Subject {
  readonly http: Http;
  readonly #turns = new Turns();
  readonly #open = new Map<string, string>();

  readonly ordered = true;
  readonly server: Server;
  readonly #cookies: ReadonlyMap<string, string>;

  constructor(server: Server, cookies: ReadonlyMap<string, string>) {
    this.server = server;
    this.#cookies = cookies;
    this.http = new Http(server.port);
  }

  listen(index: number, frames: Frames, channel = 'attendance'): Promise<Listener> {
    const headers = this.#headers(this.person(index));
    return Listener.open(this.server.port, `/api/v1/channels/${channel}/socket`, headers, frames);
  }

  person(index: number): Person {
    return people[index] as Person;
  }

  async change(frames?: Frames): Promise<void> {
    const person = this.#turns.next();
    const open = this.#open.get(person.id);
    const id = open ?? uuidv7();
    if (open) this.#open.delete(person.id);
    else this.#open.set(person.id, id);
    const headers = {
      ...this.#headers(person),
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    };
    frames?.sentAt.set(person.id, performance.now());
    await this.http.ask(
      'POST',
      `/api/v1/attendance/check-${open ? 'out' : 'in'}`,
      headers,
      JSON.stringify({ id }),
    );
  }

  async burst(count: number, frames: Frames): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.change(frames)));
  }

  /** The board as its admin gets it. */
  board(): Promise<Buffer> {
    return this.http.ask('GET', '/api/v1/attendance/board', this.#headers(people[0] as Person));
  }

  /** Any request of a person's, and what it is answered. */
  async ask(method: 'GET' | 'POST', path: string, who: Person, body?: object): Promise<unknown> {
    const headers = {
      ...this.#headers(who),
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    };
    const answer = await this.http.ask(method, path, headers, body && JSON.stringify(body));
    return JSON.parse(answer.toString('utf8'));
  }

  async end(): Promise<void> {
    this.http.close();
    await this.server.end();
  }

  #headers({ id }: Person): Record<string, string> {
    return { Cookie: this.#cookies.get(id) as string, Origin: `http://127.0.0.1:${this.server.port}` };
  }
}

/** Whatever takes ready frames, one a line, and tells each to everyone: the references, and the product's object by itself. */
export class Teller implements Subject {
  readonly #http: Http;
  readonly #turns = new Turns();
  #seq: number | undefined;

  readonly server: Server;
  readonly ordered: boolean;
  readonly #path: string;

  constructor(server: Server, path: string) {
    this.ordered = path !== '/';
    this.server = server;
    this.#path = path;
    this.#http = new Http(server.port);
  }

  listen(index: number, frames: Frames): Promise<Listener> {
    const { id: person, session } = people[index] as Person;
    return Listener.open(this.server.port, this.#path, { person, session }, frames);
  }

  async change(frames: Frames): Promise<void> {
    await this.burst(1, frames);
  }

  async burst(count: number, frames: Frames): Promise<void> {
    const lines = Array.from({ length: count }, () => this.#frame(frames));
    await this.#http.ask('POST', this.#path, {}, lines.join('\n'));
  }

  async end(): Promise<void> {
    this.#http.close();
    await this.server.end();
  }

  /** As the product's object frames one event (test/bench measures that they are equally long). */
  #frame(frames: Frames): string {
    const { id, name } = this.#turns.next();
    const at = Date.now();
    this.#seq = (this.#seq ?? frames.head) + 1;
    const from = this.#seq;
    frames.sentAt.set(id, performance.now());
    const data = { personId: id, name, state: 'in', since: at };
    const event = { seq: from, entry: from, type: 'attendance.checked_in', at, by: id, data };
    return JSON.stringify({ kind: 'events', epoch: frames.epoch, from, events: [event] });
  }
}

/** The product's rule and object without HTTP, session and rate limit: as many hand-overs as D1 commits. */
export class Committer implements Subject {
  readonly #http: Http;
  readonly #turns = new Turns();

  readonly ordered = true;
  readonly server: Server;

  constructor(server: Server) {
    this.server = server;
    this.#http = new Http(server.port);
  }

  listen(index: number, frames: Frames): Promise<Listener> {
    const { id: person, session } = people[index] as Person;
    return Listener.open(this.server.port, '/attendance', { person, session }, frames);
  }

  async change(frames: Frames): Promise<void> {
    await this.burst(1, frames);
  }

  async burst(count: number, frames: Frames): Promise<void> {
    const those = Array.from({ length: count }, () => this.#turns.next());
    for (const { id } of those) frames.sentAt.set(id, performance.now());
    await this.#http.ask('POST', '/attendance', {}, JSON.stringify(those));
  }

  async end(): Promise<void> {
    this.#http.close();
    await this.server.end();
  }
}
