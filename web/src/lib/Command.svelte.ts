import type { Problem } from '$contract/errors';
import { issueOf, noAnswer, problemIn, wordsOf } from '$lib/problem';
import { uuidv7 } from '$lib/uuidv7';

export interface Answer<Body = unknown> {
  ok: boolean;
  status: number;
  json(): Promise<Body>;
}

/** The options that `hc` takes beside a request's content. */
export interface Keyed {
  headers: { 'Idempotency-Key': string };
  init?: { signal: AbortSignal };
}

/** For a button that many people press on a busy network: it sends again by itself. */
export const PERSISTENT: Options = { retryWaits: [800, 2500], timeout: 10_000 };

/** All in milliseconds. */
interface Options {
  /** The waits before a request without an answer is sent again. */
  retryWaits?: readonly number[];
  /** How long one try waits for its answer. */
  timeout?: number;
  /** How long the button rests after a press, so that a double tap is one tap. */
  rest?: number;
}

export interface Outcome<Body, Row = unknown> {
  /** The fields that show their own issues; any other problem is in `message`. */
  fields?: readonly string[];
  /** The id of the row that the command changes; a new one if missing. A retry keeps it. */
  id?: string;
  /** Shows the outcome until the server has answered. */
  guess?(id: string): { rollback(): void } | undefined;
  take?(body: Body): void;
  /** Whether a row from an event or a snapshot shows that the command took effect; any row with this id if missing. */
  isDone?(row: Row): boolean;
  /** The server answered with a problem, so the screen may be behind. */
  refused?(problem: Problem): void;
}

/** A command without an answer: it may have taken effect. */
interface Attempt<Row> {
  text: string;
  key: string;
  id: string;
  isDone: ((row: Row) => boolean) | undefined;
}

/** Sends what a page does. The same content keeps its key until it is answered, so it takes effect once. */
export class Command<Row extends { id: string } = { id: string }> {
  #state = $state<'ready' | 'busy' | 'resting'>('ready');
  #problem = $state.raw<Problem>();
  #message = $state<string>();
  #attempt: Attempt<Row> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: Options = {}) {}

  get busy(): boolean {
    return this.#state === 'busy';
  }

  /** Whether a press is accepted now. */
  get ready(): boolean {
    return this.#state === 'ready';
  }

  /** The message above the form: no answer came, or the problem is of no field that it shows. */
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

  /** The last refusal; undefined if no answer came. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** The newer row, if another person's change was the reason of the refusal. */
  get current(): unknown {
    return this.#problem?.code === 'changed_meanwhile' ? this.#problem.current : undefined;
  }

  clear(): void {
    this.#problem = undefined;
    this.#message = undefined;
  }

  /**
   * @param content all that `request` sends: other content is another command, with its own key and id
   * @returns whether it took effect
   */
  async send<Body>(
    content: unknown,
    request: (how: Keyed, id: string) => Promise<Answer<Body>>,
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
    const reply = await this.#reply(() => attemptOnce(request, attempt, this.options, outcome.take));
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

  /** Accepts no press for a moment: the button may have got another meaning under the finger. */
  rest(): void {
    if (this.busy || this.options.rest === undefined) return;
    clearTimeout(this.#timer);
    this.#state = 'resting';
    this.#timer = setTimeout(() => (this.#state = 'ready'), this.options.rest);
  }

  /** A row from an event or a snapshot may show that a command without an answer took effect. */
  settle(row: Row): void {
    if (this.#attempt?.id !== row.id || this.#attempt.isDone?.(row) === false) return;
    this.#attempt = undefined;
    this.clear();
  }

  /** @returns undefined if no try was answered */
  async #reply(tryOnce: () => Promise<Reply>): Promise<Reply | undefined> {
    for (const wait of this.options.retryWaits ?? []) {
      const reply = await tryOnce().catch(() => undefined);
      if (reply && !isUnsure(reply)) return reply;
      await new Promise((done) => setTimeout(done, wait));
    }
    return tryOnce().catch(() => undefined);
  }

  /** @throws if `take` cannot read the body */
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

interface Reply {
  problem?: Problem;
  take?(): void;
}

/** After a server error the command may have taken effect; after a refusal it has not. */
const isUnsure = ({ problem }: Reply): boolean => problem !== undefined && problem.status >= 500;

/** @throws if no answer came, or its body broke off */
async function attemptOnce<Body>(
  request: (how: Keyed, id: string) => Promise<Answer<Body>>,
  { key, id }: { key: string; id: string },
  { timeout }: Options,
  take: ((body: Body) => void) | undefined,
): Promise<Reply> {
  const how: Keyed = { headers: { 'Idempotency-Key': key } };
  if (timeout !== undefined) how.init = { signal: AbortSignal.timeout(timeout) };
  const answer = await request(how, id);
  if (!answer.ok) return { problem: await problemIn(answer) };
  if (!take) return {};
  const body = await answer.json();
  return { take: () => take(body) };
}
