/** Who asks: the person of a session, as remembered until the database confirms it. */
import type { Me } from './contract/people/people';
import type { Settings } from './contract/settings/settings';
import { ask, type Fact } from './db/queries';
import { Refusal } from './refusal';

/** The signed-in person, their session, and the workplace's present settings. */
export interface Asker extends Me {
  session: string;
  department: string | null;
  position: string | null;
  category: string | null;
  photo: string | null;
  /** The person's own zone, if set; `zone` is the one that applies. */
  ownZone: string | null;
  settings: Settings;
}

/** By session, the least recently confirmed first. */
const remembered = new Map<string, Asker>();
const MOST_REMEMBERED = 1_000;

/**
 * An isolate remembers the people whom it has served, so that a write asks for its session and its facts in one question.
 * Nothing is committed or answered for a remembered person before that answer confirms them.
 */
export class Session {
  #confirmed = false;
  #changed = false;
  #asker: Asker | undefined;

  /** @param fact the session's person, if it has not ended @param asker as remembered */
  constructor(
    readonly token: string,
    readonly fact: Fact<Asker | undefined>,
    asker = remembered.get(token),
  ) {
    this.#asker = asker;
  }

  get asker(): Asker | undefined {
    return this.#asker;
  }

  /** Whether the database has answered in this request. */
  get confirmed(): boolean {
    return this.#confirmed;
  }

  /** Asks the database before the request runs. */
  async confirm(d1: D1Database): Promise<void> {
    this.learn(await ask(d1, this.fact));
    this.#changed = false;
  }

  /**
   * Takes the answer to `fact`.
   * @throws Refusal `changed_meanwhile` if the request has run with an older state of the person
   */
  found(asker: Asker | undefined): void {
    this.learn(asker);
    if (this.#changed) throw new Refusal('changed_meanwhile');
  }

  /** Asks the database, if it has not answered in this request. @param again also if it has @throws as `found` */
  async mustBePresent(d1: D1Database, again = false): Promise<void> {
    if (again || !this.#confirmed) this.found(await ask(d1, this.fact));
  }

  /** Whether the request has run with an older state of the person; asked once, so that it can run again with the present one. */
  async hasChanged(d1: D1Database): Promise<boolean> {
    if (!this.#confirmed) this.learn(await ask(d1, this.fact));
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  private learn(asker: Asker | undefined): void {
    this.#changed ||= !isSame(asker, this.#asker);
    this.#confirmed = true;
    this.#asker = asker;
    remembered.delete(this.token);
    if (!asker) return;
    remembered.set(this.token, asker);
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }
}

/** Settings of one text are mostly one object (`parseSettings`), so the rest is compared apart from them. */
const isSame = (one: Asker | undefined, other: Asker | undefined): boolean =>
  (one?.settings === other?.settings || textOf(one?.settings) === textOf(other?.settings)) &&
  textOf(one && { ...one, settings: null }) === textOf(other && { ...other, settings: null });

const textOf = (value: unknown): string => JSON.stringify(value);
