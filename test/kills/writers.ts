/** Clients that write, each with a key, and that send the same request again until it is answered. */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import * as v from 'valibot';
import { uuidv7 } from 'uuidv7';
import { posts } from '../bench/people.ts';
import type { SignedIn, Workplace } from './workplace.ts';

export type Write = { who: SignedIn; path: string; body: object; key: string };
export type Answer = { status: number; text: string };
export type Acknowledged = Write & { receipt: { entry: number; at: number }; text: string; tries: number };

const Receipt = v.object({ receipt: v.object({ entry: v.number(), at: v.number() }) });
const Order = v.object({ order: v.object({ id: v.string(), version: v.number() }) });
/** Between two writes of a client: nobody writes more than 120 times a minute. */
const PAUSE_MS = 25;
/** Statuses after which the same request is sent again: the edge's limit, and an outage. */
const AGAIN = [429, 503];

/** Whether a request that was sent again was answered with the entry that it made. */
export function sameReceipt({ receipt }: Acknowledged, { text }: Answer): boolean {
  const again = v.safeParse(Receipt, JSON.parse(text));
  return (
    again.success && again.output.receipt.entry === receipt.entry && again.output.receipt.at === receipt.at
  );
}

/** So many check-ins and check-outs, of one person after the other. */
export function* taps({ workers }: Workplace, count: number): Generator<Write> {
  for (let tap = 0; tap < count; tap += 2) {
    const who = workers[(tap / 2) % workers.length];
    if (!who) throw new Error('nobody works here');
    const body = { id: uuidv7() };
    for (const way of ['in', 'out']) yield { who, path: `/attendance/check-${way}`, body, key: randomUUID() };
  }
}

export class Clients {
  readonly acknowledged: Acknowledged[] = [];
  /** Answers that no client should get, in words. */
  readonly wrong: string[] = [];
  /** How many answers had a status after which the request is sent again. */
  readonly later = new Map<number, number>();
  /** Requests whose connection broke before an answer. */
  cut = 0;
  #port: number;
  #agent = new Agent({ keepAlive: true });
  #up = Promise.resolve();
  #cameUp: () => void = () => undefined;
  #stopped = false;

  constructor(port: number) {
    this.#port = port;
  }

  /** No client sends before `up`. */
  down(): void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#up = promise.then(() => undefined);
    this.#cameUp = () => {
      resolve(undefined);
    };
  }

  up(port = this.#port): void {
    this.#port = port;
    this.#agent.destroy();
    this.#agent = new Agent({ keepAlive: true });
    this.#cameUp();
  }

  /** Writes with all clients until `stop`, and then until all that they have sent is answered. */
  async write({ workers, tills }: Workplace): Promise<void> {
    const shares = Array.from({ length: 8 }, (_, share) => workers.filter((_, index) => index % 8 === share));
    const selling = tills.map((till) => this.#sells(till));
    await Promise.all([...shares.map((share) => this.#checksIn(share)), ...selling]);
  }

  stop(): void {
    this.#stopped = true;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends it until it is answered, over every outage. */
  async settle(write: Write): Promise<Acknowledged | undefined> {
    for (let tries = 1; ; tries += 1) {
      await this.#up;
      const answer = await this.send('POST', write.path, write).catch(() => undefined);
      if (answer === undefined) {
        this.cut += 1;
        await pause(PAUSE_MS);
      } else if (AGAIN.includes(answer.status)) {
        this.later.set(answer.status, (this.later.get(answer.status) ?? 0) + 1);
        await pause(1_000);
      } else if (answer.status === 200) {
        return this.acknowledge(write, answer.text, tries);
      } else {
        this.wrong.push(`POST ${write.path} was answered ${String(answer.status)} ${answer.text}`);
        return undefined;
      }
    }
  }

  /** Keeps what an answer has promised. */
  acknowledge(write: Write, text: string, tries: number): Acknowledged {
    const { receipt } = v.parse(Receipt, JSON.parse(text));
    const acknowledged = { ...write, receipt, text, tries };
    this.acknowledged.push(acknowledged);
    return acknowledged;
  }

  /** @throws if the connection breaks before the answer is complete */
  send(
    method: 'GET' | 'POST',
    path: string,
    { who, key, body, headers: more }: Partial<Write> & { who: SignedIn; headers?: Record<string, string> },
  ): Promise<Answer> {
    const headers = {
      Cookie: who.cookie,
      Origin: `http://127.0.0.1:${String(this.#port)}`,
      'Content-Type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...more,
    };
    const to = { agent: this.#agent, host: '127.0.0.1', port: this.#port, path: `/api/v1${path}` };
    return new Promise((resolve, reject) => {
      const sent = request({ ...to, method, headers, timeout: 30_000 });
      sent.on('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text });
        });
        answer.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer within 30 s')));
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }

  /** These people check in and out, one after the other. */
  async #checksIn(people: readonly SignedIn[]): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const who = people[turn % people.length];
      if (!who) throw new Error('a client has no people');
      const body = { id: uuidv7() };
      await this.settle({ who, path: '/attendance/check-in', body, key: randomUUID() });
      await this.settle({ who, path: '/attendance/check-out', body, key: randomUUID() });
      await pause(PAUSE_MS);
    }
  }

  /** One order after the other, each paid. */
  async #sells(who: SignedIn): Promise<void> {
    const post = async (path: string, body: object) => {
      const answer = await this.settle({ who, path: `/orders${path}`, body, key: randomUUID() });
      return answer && v.parse(Order, JSON.parse(answer.text)).order;
    };
    while (!this.#stopped) {
      const lines = [{ productId: posts.product, quantity: 1 }];
      const taken = await post('', { id: uuidv7(), placeId: posts.place, lines });
      const asked = taken && (await post(`/${taken.id}/payment-request`, { version: taken.version }));
      const payment = { parts: [{ method: 'cash', received: 450 }] };
      if (asked) await post(`/${asked.id}/payment`, { version: asked.version, ...payment });
      // Three writes at most in 1.5 s.
      await pause(1_500);
    }
  }
}
