/** Virtual time. Whatever happens is a task at a moment; of two at one moment the one that was planned first runs first. */

/** Whose code runs: a tab, a request, an object. Its tasks wait while it is frozen, and are gone once it has ended. */
export class Owner {
  ended = false;
  frozen = false;
  /** Its tasks and answers to come. */
  pending = 0;
  /** Tasks that came due while it was frozen. */
  readonly held: Task[] = [];
  readonly #onEnd = new Set<() => void>();

  constructor(readonly name: string) {}

  end(): void {
    if (this.ended) return;
    this.ended = true;
    for (const act of this.#onEnd) act();
    this.#onEnd.clear();
  }

  /** @returns to withdraw it */
  onEnd(act: () => void): () => void {
    this.#onEnd.add(act);
    return () => this.#onEnd.delete(act);
  }
}

export interface Task {
  due: number;
  order: number;
  owner: Owner;
  act: (() => void) | undefined;
}

const isSooner = (a: Task, b: Task): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

export class Scheduler {
  /** UTC epoch milliseconds. */
  now: number;
  /** Whose task runs now. */
  owner = new Owner('world');
  readonly #heap: Task[] = [];
  #order = 0;
  /** How many tasks have run. */
  ran = 0;

  /** @param settle resolves when no promise has anything left to do */
  constructor(
    now: number,
    private readonly settle: () => Promise<void>,
  ) {
    this.now = now;
  }

  /** @param ms from now */
  later(ms: number, act: () => void, owner = this.owner): Task {
    const due = this.now + Math.max(0, Math.ceil(ms)); // the Worker’s clock has whole milliseconds
    const task = { due, order: (this.#order += 1), owner, act };
    owner.pending += 1;
    this.#push(task);
    return task;
  }

  cancel(task: Task | undefined): void {
    if (!task?.act) return;
    task.owner.pending -= 1;
    task.act = undefined;
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.later(ms, resolve));
  }

  /** Runs `act` in another's tasks, and brings the outcome back to the asker. @param go @param back milliseconds */
  elsewhere<T>(there: Owner, go: number, back: () => number, act: () => T | Promise<T>): Promise<T> {
    const asker = this.owner;
    asker.pending += 1;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const bring = (outcome: () => void) => {
      asker.pending -= 1;
      this.later(back(), outcome, asker);
    };
    const begin = () =>
      void Promise.try(act).then(
        (value) => bring(() => resolve(value)),
        (error: unknown) => bring(() => reject(error)),
      );
    this.later(go, begin, there);
    return promise;
  }

  freeze(owner: Owner): void {
    owner.frozen = true;
  }

  /** What came due meanwhile runs now, in its order, after what was planned before. */
  thaw(owner: Owner): void {
    owner.frozen = false;
    for (const task of owner.held.splice(0)) {
      task.due = this.now;
      task.order = this.#order += 1;
      this.#push(task);
    }
  }

  /** Runs all tasks up to a moment. */
  async runFor(ms: number): Promise<void> {
    const until = this.now + Math.ceil(ms);
    for (;;) {
      const next = this.#heap[0];
      if (!next || next.due > until) break;
      this.#pop();
      if (this.#run(next)) await this.settle();
    }
    this.now = until;
  }

  /** Runs `act` as another owner at this moment; a sleeping owner gets it as a task. */
  handTo(owner: Owner, act: () => void): void {
    if (owner.frozen) return void this.later(0, act, owner);
    if (owner.ended) return;
    this.owner = owner;
    act();
  }

  /** @returns whether anything ran */
  #run(task: Task): boolean {
    const { owner, act } = task;
    if (!act || owner.ended) return false;
    if (owner.frozen) {
      owner.held.push(task);
      return false;
    }
    this.now = Math.max(this.now, task.due);
    this.owner = owner;
    owner.pending -= 1;
    task.act = undefined;
    this.ran += 1;
    act();
    return true;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let at = heap.push(task) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isSooner(task, heap[parent] as Task)) break;
      heap[at] = heap[parent] as Task;
      at = parent;
    }
    heap[at] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Task;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isSooner(heap[child + 1] as Task, heap[child] as Task)) child += 1;
      if (!isSooner(heap[child] as Task, last)) break;
      heap[at] = heap[child] as Task;
      at = child;
    }
    heap[at] = last;
  }
}
