/** A machine's clock that goes an hour back and an hour forward while people work. */
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import { uuidv7 } from 'uuidv7';
import { posts } from '../bench/people.ts';
import { audit } from './audit.ts';
import { buildWithMovedClock, MOVES_CLOCK } from './moved-clock.ts';
import { newWorkplace, serving, type SignedIn, type Workplace } from './workplace.ts';
import { Clients, sameReceipt } from './writers.ts';

const HOUR = 3_600_000;
/** From one to the next the clock jumps by up to two hours, in both directions. */
const CLOCKS = [0, -HOUR, HOUR, 0, -HOUR, 0];
const MINUTE = 60_000;

const Code = v.object({ token: v.string() });
const Ticket = v.object({ ticket: v.string() });
const Refused = v.object({ code: v.string() });
const Order = v.object({ order: v.object({ id: v.string(), version: v.number() }) });

/** @returns what was wrong, in words */
export async function clockMoved(say: (line: string) => void): Promise<string[]> {
  const workplace = await newWorkplace();
  const muster = await serving(workplace, { build: buildWithMovedClock() });
  const day = new Day(workplace, new Clients(muster.port));
  await day.move(-HOUR);
  await day.opens();
  for (const moved of CLOCKS) {
    await day.move(moved);
    await day.goesOn();
    await muster.runJobs();
    await day.repeats();
  }
  day.clients.close();
  await muster.close();
  const { wrong, ...figures } = await audit(workplace, day.clients.acknowledged);
  say(
    `Clock moved ${String(CLOCKS.length)} times by up to two hours: ${String(figures.entries)} writes, ${String(day.repeated)} repeated ` +
      `with the same receipt, ${String(day.scans)} scans; no record overlaps another, no one was signed out, ` +
      `${String(figures.sealed)} seals verified.`,
  );
  return [...day.wrong, ...day.clients.wrong, ...wrong];
}

class Day {
  readonly clients: Clients;
  readonly wrong: string[] = [];
  repeated = 0;
  scans = 0;
  readonly #workplace: Workplace;
  readonly #session = uuidv7();
  /** Open records and breaks of people, and orders that wait for their payment: each ends by another clock. */
  readonly #open = new Map<SignedIn, { record: string; pause: string | undefined }>();
  #unpaid: { id: string; version: number } | undefined;
  #shown: string | undefined;
  #moved = 0;
  #turn = 0;

  constructor(workplace: Workplace, clients: Clients) {
    this.#workplace = workplace;
    this.clients = clients;
  }

  get #admin(): SignedIn {
    return this.#workplace.admin;
  }

  /** A session runs all the time, by each of the clocks: it starts by the slowest. */
  async opens(): Promise<void> {
    const now = Date.now();
    const rules = {
      lateAfterMinutes: null,
      opensBeforeMinutes: 10,
      periodSeconds: 15,
      strict: false,
      geofence: null,
    };
    const where = { courseId: null, groups: [], hosts: [], room: null };
    await this.#write(this.#admin, '/sessions/live', {
      ...{ id: this.#session, kind: 'class', title: 'Anatomy', start: true },
      ...{
        startsAt: now - 2 * HOUR,
        endsAt: now + 3 * HOUR,
        people: this.#workplace.workers.map(({ id }) => id),
      },
      ...rules,
      ...where,
    });
  }

  /** Every person stays signed in. */
  async move(moved: number): Promise<void> {
    this.#moved = moved;
    const headers = { [MOVES_CLOCK]: String(moved) };
    const { status, text } = await this.clients.send('GET', '/attendance/board', {
      who: this.#admin,
      headers,
    });
    if (status !== 200) this.#fault('the board', text);
  }

  async goesOn(): Promise<void> {
    for (const [who, { record, pause }] of this.#open) {
      if (pause !== undefined) await this.#write(who, '/attendance/break-end', { id: pause });
      await this.#write(who, '/attendance/check-out', { id: record });
    }
    this.#open.clear();
    // Three have records by earlier clocks. Another one takes a break, which a clock that goes forward uses up.
    const [first, second, third, ...others] = this.#workplace.workers;
    for (const who of [first, second, third]) await this.#comes(who, false);
    await this.#comes(others[this.#turn], true);
    this.#turn += 1;
    await this.#sells();
    await this.#scans();
  }

  /** Every key gets its first receipt. A person's limit of each minute holds for that minute, not until the clock is there again. */
  async repeats(): Promise<void> {
    const mostOfLimit = Array.from({ length: 100 }, () => this.clients.acknowledged.slice(0, 1)).flat();
    for (const it of [...this.clients.acknowledged, ...mostOfLimit]) {
      const answer = await this.clients.send('POST', it.path, it);
      this.repeated += 1;
      if (!sameReceipt(it, answer)) this.#fault(`a repeated ${it.path}`, answer.text);
    }
  }

  async #comes(who: SignedIn | undefined, rests: boolean): Promise<void> {
    if (!who) throw new Error('nobody is left to come');
    const record = uuidv7();
    const pause = rests ? uuidv7() : undefined;
    const came = await this.#write(who, '/attendance/check-in', { id: record });
    if (pause !== undefined)
      await this.#write(who, '/attendance/break-start', { id: pause, recordId: record, kind: 'meal' });
    this.#open.set(who, { record, pause });
    const off = came ? Math.abs(came.receipt.at - Date.now() - this.#moved) : 0;
    if (off > MINUTE) this.#fault('a check-in', `is ${String(off)} ms off the clock`);
  }

  /** An order is paid by the next clock. */
  async #sells(): Promise<void> {
    const [till] = this.#workplace.tills;
    if (!till) throw new Error('there is no till');
    const post = async (path: string, body: object) => {
      const answer = await this.#write(till, `/orders${path}`, body);
      return answer && v.parse(Order, JSON.parse(answer.text)).order;
    };
    if (this.#unpaid) {
      const { id, version } = this.#unpaid;
      await post(`/${id}/payment`, { version, parts: [{ method: 'cash', received: 450 }] });
    }
    const lines = [{ productId: posts.product, quantity: 1 }];
    const taken = await post('', { id: uuidv7(), placeId: posts.place, lines });
    this.#unpaid = taken && (await post(`/${taken.id}/payment-request`, { version: taken.version }));
  }

  /** The code of another clock is refused, and the code of this moment lets a person in. */
  async #scans(): Promise<void> {
    const who = this.#workplace.workers[20 + this.scans];
    if (!who) throw new Error('nobody is left to scan');
    const path = `/sessions/${this.#session}`;
    const ticketFor = (token: string) =>
      this.clients.send('POST', `${path}/tickets`, { who, body: { token } });
    if (this.#shown !== undefined) {
      const { text } = await ticketFor(this.#shown);
      const refused = v.safeParse(Refused, JSON.parse(text));
      if (!refused.success || refused.output.code !== 'code_expired')
        this.#fault('the code of another clock', text);
    }
    const code = await this.clients.send('GET', `${path}/code`, { who: this.#admin });
    const { token } = v.parse(Code, JSON.parse(code.text));
    this.#shown = token;
    const ticket = v.safeParse(Ticket, JSON.parse((await ticketFor(token)).text));
    if (!ticket.success) return this.#fault('the code of this moment', 'gave no ticket');
    await this.#write(who, `${path}/attendance`, { ticket: ticket.output.ticket });
    this.scans += 1;
  }

  #write(who: SignedIn, path: string, body: object) {
    return this.clients.settle({ who, path, body, key: randomUUID() });
  }

  #fault(what: string, text: string): void {
    this.wrong.push(`by a clock ${String(this.#moved / HOUR)} h off, ${what}: ${text}`);
  }
}
