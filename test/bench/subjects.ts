/** The subjects: how each is started, followed and made to publish. All of them send the same bytes. */
import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { Frames } from './frames.ts';
import { type Answer, Http } from './http.ts';
import { Listener } from './listener.ts';
import { cookieOf, type Person, staff } from './people.ts';
import { Server } from './server.ts';

export const PEOPLE = 10_000;
export const people = staff(PEOPLE);
const secret = randomUUID();
/** Concurrent changes of a burst, far below what an isolate refuses (decision 118). */
const CLIENTS = 32;

export interface Subject {
  readonly server: Server;
  /** Whether its frames must follow each other without a gap. */
  readonly ordered: boolean;
  /** Whether it answers pings, and closes those who send none. */
  readonly heartbeats: boolean;
  listen(index: number, frames: Frames): Promise<Listener>;
  /** One change by the next person; resolves when it is acknowledged. `frames` gets the time at which it was sent. */
  change(frames: Frames): Promise<void>;
  /** This many changes, as fast as they are accepted. */
  burst(count: number, frames: Frames): Promise<void>;
  end(): Promise<void>;
}

/** @param inspectorPort where its runtime's inspector listens (heap.ts) */
export async function muster(inspectorPort?: number): Promise<Muster> {
  const cookies = people.map(async (person) => [person.id, await cookieOf(person, secret)] as const);
  const server = await Server.start('serve-muster.ts', {
    AUTH_SECRET: secret,
    PEOPLE: String(PEOPLE),
    ...(inspectorPort && { INSPECTOR_PORT: String(inspectorPort) }),
  });
  return new Muster(server, new Map(await Promise.all(cookies)));
}

export const bare = async (): Promise<Publisher> =>
  new Publisher(await Server.start('serve-object.ts', { WORKER: 'bare' }), '/');

export const ws = async (): Promise<Publisher> => new Publisher(await Server.start('serve-ws.ts'), '/');

/** The product's object alone, with concurrent events. */
export const fanOut = async (): Promise<Publisher> => new Publisher(await channelAlone(1), '/fan-out');

/** The product's object alone, with each event after the one before has left. */
export const oneByOne = async (): Promise<Publisher> => new Publisher(await channelAlone(1), '/one-by-one');

export const commits = async (): Promise<Committer> => new Committer(await channelAlone(PEOPLE));

const channelAlone = (employed: number): Promise<Server> =>
  Server.start('serve-object.ts', { WORKER: 'channel', PEOPLE: String(employed) });

/** Takes another person for every change, as a person may write 120 times a minute. */
class Rotation {
  /** The next one is among this many. */
  among = PEOPLE;
  #next = 0;
  next(): Person {
    this.#next += 1;
    return people[this.#next % this.among] as Person;
  }
}

/** The whole product: signed cookies, real upgrades, and for every change a POST that checks a person in or out. */
export class Muster implements Subject {
  readonly http: Http;
  readonly #rotation = new Rotation();
  readonly #open = new Map<string, string>();

  readonly ordered = true;
  readonly heartbeats = true;
  readonly server: Server;
  readonly #cookies: ReadonlyMap<string, string>;

  constructor(server: Server, cookies: ReadonlyMap<string, string>) {
    this.server = server;
    this.#cookies = cookies;
    this.http = new Http(server.port);
  }

  /** @param query the cursor of a page that returns, if it does */
  listen(index: number, frames: Frames, channel = 'attendance', query = ''): Promise<Listener> {
    const headers = this.#headers(this.person(index));
    return Listener.open(this.server.port, `/api/v1/channels/${channel}/socket${query}`, headers, frames);
  }

  /** As in life: who checks in has their own page open. Until it is closed, only these people check in and out. @returns to close */
  async ownPages(count: number): Promise<() => void> {
    const frames = new Frames();
    const pages: Listener[] = [];
    while (pages.length < count) {
      const index = pages.length;
      pages.push(await this.listen(index, frames, `user.${this.person(index).id}`));
    }
    this.#rotation.among = count;
    return () => {
      this.#rotation.among = PEOPLE;
      for (const page of pages) page.close();
    };
  }

  person(index: number): Person {
    return people[index] as Person;
  }

  async change(frames?: Frames): Promise<void> {
    const { status, body } = await this.tap(frames);
    if (status !== 200) throw new Error(`a change was answered ${status} ${body.toString('utf8', 0, 300)}`);
  }

  /** Checks the next person in or out. @returns any answer, refusals too */
  async tap(frames?: Frames): Promise<Answer> {
    const person = this.#rotation.next();
    const open = this.#open.get(person.id);
    const id = open ?? uuidv7();
    if (open) this.#open.delete(person.id);
    else this.#open.set(person.id, id);
    frames?.sentAt.set(person.id, performance.now());
    const path = `/api/v1/attendance/check-${open ? 'out' : 'in'}`;
    const answer = await this.answer('POST', path, person, { id });
    if (answer.status !== 200 && open) this.#open.set(person.id, open);
    else if (answer.status !== 200) this.#open.delete(person.id);
    return answer;
  }

  async burst(count: number, frames: Frames): Promise<void> {
    let left = count;
    const client = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        await this.change(frames);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  }

  board(): Promise<Buffer> {
    return this.http.request('GET', '/api/v1/attendance/board', this.#headers(people[0] as Person));
  }

  async request(method: 'GET' | 'POST', path: string, who: Person, body?: object): Promise<unknown> {
    const answer = await this.answer(method, path, who, body);
    const text = answer.body.toString('utf8');
    if (answer.status !== 200) throw new Error(`${method} ${path} was answered ${answer.status} ${text}`);
    return JSON.parse(text);
  }

  answer(method: 'GET' | 'POST' | 'DELETE', path: string, who: Person, body?: object): Promise<Answer> {
    const headers = {
      ...this.#headers(who),
      'Content-Type': 'application/json',
      'Idempotency-Key': randomUUID(),
    };
    return this.http.answer(method, path, headers, body && JSON.stringify(body));
  }

  async end(): Promise<void> {
    this.http.close();
    await this.server.end();
  }

  #headers({ id }: Person): Record<string, string> {
    return { Cookie: this.#cookies.get(id) as string, Origin: `http://127.0.0.1:${this.server.port}` };
  }
}

/** Sends ready frames, one a line, to a server that forwards each to all sockets: the references, and the product's object alone. */
export class Publisher implements Subject {
  readonly #http: Http;
  readonly #rotation = new Rotation();
  #seq: number | undefined;

  readonly server: Server;
  readonly ordered: boolean;
  readonly heartbeats: boolean;
  readonly #path: string;

  constructor(server: Server, path: string) {
    this.ordered = path !== '/';
    this.heartbeats = path !== '/';
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
    await this.#http.request('POST', this.#path, {}, lines.join('\n'));
  }

  async end(): Promise<void> {
    this.#http.close();
    await this.server.end();
  }

  /** Shaped like the product's frame of one event. */
  #frame(frames: Frames): string {
    const { id, name } = this.#rotation.next();
    const at = Date.now();
    this.#seq = (this.#seq ?? frames.head) + 1;
    const from = this.#seq;
    frames.sentAt.set(id, performance.now());
    const data = { personId: id, name, state: 'in', since: at };
    const event = { seq: from, entry: from, type: 'attendance.checked_in', at, by: id, data };
    return JSON.stringify({ kind: 'events', epoch: frames.epoch, from, events: [event] });
  }
}

/** The product's rule and object without HTTP, session and rate limit: as many deliveries as D1 commits. */
export class Committer implements Subject {
  readonly #http: Http;
  readonly #rotation = new Rotation();

  readonly ordered = true;
  readonly heartbeats = true;
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
    const chosen = Array.from({ length: count }, () => this.#rotation.next());
    for (const { id } of chosen) frames.sentAt.set(id, performance.now());
    await this.#http.request('POST', '/attendance', {}, JSON.stringify(chosen));
  }

  async end(): Promise<void> {
    this.#http.close();
    await this.server.end();
  }
}
