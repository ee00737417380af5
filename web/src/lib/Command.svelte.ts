import type { Problem } from '$contract/errors';
import { issueOf, noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from 'uuidv7';

export interface Answer<Body = unknown> {
  ok: boolean;
  status: number;
  json(): Promise<Body>;
}

/** What `hc` takes beside a request's content. */
export interface Keyed {
  headers: { 'Idempotency-Key': string };
  init?: { signal: AbortSignal };
}

/** For a button that many people press on a busy network: it sends again by itself. Milliseconds. */
export const PERSISTENT: Manner = { again: [800, 2500], patience: 10_000 };

interface Manner {
  /** Waits before a request without an answer is sent again. */
  again?: readonly number[];
  /** How long one try waits for its answer. */
  patience?: number;
  /** How long no press is accepted after the last one: a double tap is one tap. */
  rest?: number;
}

export interface Outcome<Body, Row = unknown> {
  /** The fields beside which the form shows their issues; any other problem is in `message`. */
  fields?: readonly string[];
  /** Of the row that the command changes. Without it `ask` gets a new id, which stays with the key. */
  id?: string;
  /** Shows the outcome until the server has answered. */
  guess?(id: string): { rollback(): void } | undefined;
  take?(body: Body): void;
  /** Whether a row of that id, as an event or snapshot has it, shows that the command took effect; any does if missing. */
  isDone?(row: Row): boolean;
  /** The server answered with a problem: the screen may be behind. */
  refused?(problem: Problem): void;
}

/** What was sent and has no answer yet: it may have taken effect. */
interface Attempt<Row> {
  text: string;
  key: string;
  id: string;
  isDone: ((row: Row) => boolean) | undefined;
}

/**
 * How a page acts. The same content keeps its key until it is answered, so it takes effect once.
 * `Row`: what it changes, if events bring it too.
 */
export class Command<Row extends { id: string } = { id: string }> {
  #state = $state<'ready' | 'busy' | 'resting'>('ready');
  #problem = $state.raw<Problem>();
  #message = $state<string>();
  #attempt: Attempt<Row> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly manner: Manner = {}) {}

  get busy(): boolean {
    return this.#state === 'busy';
  }

  /** Whether a press is accepted now. */
  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** What to show above the form: a problem of no field that it shows, or that no answer came. */
  get message(): string | undefined {
    return this.#message;
  }

  /** Whether the last command may have taken effect or not. */
  get unanswered(): boolean {
    return this.#attempt !== undefined;
  }

  /** What is wrong with one field. */
  wrong(field: string): string | undefined {
    return issueOf(this.#problem, field);
  }

  /** Why the last try was refused; undefined where no answer came. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** The row as another person has changed it, if that was the refusal's reason. */
  get current(): unknown {
    return this.#problem?.code === 'changed_meanwhile' ? this.#problem.current : undefined;
  }

  clear(): void {
    this.#problem = undefined;
    this.#message = undefined;
  }

  /**
   * @param content all that `ask` sends: other content is another command, with a key and id of its own
   * @returns whether it took effect
   */
  async send<Body>(
    content: unknown,
    ask: (how: Keyed, id: string) => Promise<Answer<Body>>,
    outcome: Outcome<Body, Row> = {},
  ): Promise<boolean> {
    if (!this.ready) return false;
    const text = JSON.stringify(content);
    const { id = uuidv7(), isDone } = outcome;
    if (this.#attempt?.text !== text) this.#attempt = { text, key: uuidv7(), id, isDone };
    const attempt = this.#attempt;
    const guess = outcome.guess?.(attempt.id);
    this.#state = 'busy';
    this.clear();
    const reply = await this.#reply(() => request(ask, attempt, this.manner, outcome.take));
    guess?.rollback();
    try {
      return this.#conclude(attempt, reply, outcome);
    } catch {
      this.#message = noAnswer;
      return false;
    } finally {
      this.#state = 'ready';
      this.rest();
    }
  }

  /** Accepts no press for a moment: the last one has ended, or the button has just got another meaning. */
  rest(): void {
    if (this.busy || this.manner.rest === undefined) return;
    clearTimeout(this.#timer);
    this.#state = 'resting';
    this.#timer = setTimeout(() => (this.#state = 'ready'), this.manner.rest);
  }

  /** The row as an event or snapshot has it may answer a command that had no answer. */
  settle(row: Row): void {
    if (this.#attempt?.id !== row.id || this.#attempt.isDone?.(row) === false) return;
    this.#attempt = undefined;
    this.clear();
  }

  /** @returns undefined where no answer came after the last wait */
  async #reply(tryOnce: () => Promise<Reply>): Promise<Reply | undefined> {
    for (const wait of this.manner.again ?? []) {
      const reply = await tryOnce().catch(() => undefined);
      if (reply && !isUnsure(reply)) return reply;
      await new Promise((done) => setTimeout(done, wait));
    }
    return tryOnce().catch(() => undefined);
  }

  /** @throws where the body is not what `take` reads */
  #conclude(
    attempt: Attempt<Row>,
    reply: Reply | undefined,
    { fields = [], refused }: Outcome<never>,
  ): boolean {
    reply?.take?.();
    const settled = this.#attempt !== attempt;
    if (reply && !isUnsure(reply)) this.#attempt = undefined;
    if (settled || (reply && !reply.problem)) return true;
    if (reply?.problem) this.#explain(reply.problem, fields);
    else this.#message = noAnswer;
    if (reply?.problem) refused?.(reply.problem);
    return false;
  }

  #explain(problem: Problem, fields: readonly string[]): void {
    this.#problem = problem;
    const shown = problem.issues?.some(({ path }) => fields.some((field) => path.startsWith(field)));
    this.#message = shown ? 'Check the highlighted fields.' : wordsOf(problem);
  }
}

/** An answer with its body: a problem, or what to do with it. */
interface Reply {
  problem?: Problem;
  take?(): void;
}

/** After a server's error the command may have taken effect; a refusal is an answer. */
const isUnsure = ({ problem }: Reply): boolean => problem !== undefined && problem.status >= 500;

/** One try. @throws where no answer came, or its body broke off */
async function request<Body>(
  ask: (how: Keyed, id: string) => Promise<Answer<Body>>,
  { key, id }: { key: string; id: string },
  { patience }: Manner,
  take: ((body: Body) => void) | undefined,
): Promise<Reply> {
  const how: Keyed = { headers: { 'Idempotency-Key': key } };
  if (patience !== undefined) how.init = { signal: AbortSignal.timeout(patience) };
  const answer = await ask(how, id);
  if (!answer.ok) return { problem: await problemIn(answer) };
  if (!take) return {};
  const body = await answer.json();
  return { take: () => take(body) };
}
