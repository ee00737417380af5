/** A serving process, seen from the client: started on its own core, given orders, measured, and ended by its id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { canPin, coresOf, memoryOf, runtimeOf, SERVER_CORE, secondsOf } from './machine.ts';

/** The messages between a serving process and its parent. */
export type Ready = { port: number };
export type Order = 'fill the board' | 'open the tills' | 'end';

export class Server {
  /** The process id of workerd, or of the Node process itself. */
  readonly runtime: number;

  readonly #child: ChildProcess;
  readonly port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
    this.runtime = runtimeOf(child.pid as number);
  }

  /** Starts one of the `serve-*.ts` files. @throws when it ends before it listens */
  static async start(file: string, settings: Record<string, string> = {}): Promise<Server> {
    const script = [process.execPath, join(import.meta.dirname, file)];
    const [command, ...args] = canPin ? ['taskset', '-c', String(SERVER_CORE), ...script] : script;
    const child = spawn(command as string, args, {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ...settings },
    });
    const gone = once(child, 'exit').then(() =>
      Promise.reject(new Error(`${file} ended before it listened`)),
    );
    const [ready] = (await Promise.race([once(child, 'message'), gone])) as [Ready];
    gone.catch(() => undefined);
    return new Server(child, ready.port);
  }

  /** The cores on which the runtime may run. */
  get cores(): string {
    return coresOf(this.runtime);
  }

  get memory(): number {
    return memoryOf(this.runtime);
  }

  /** Processor seconds of the serving process and its runtime. */
  get seconds(): number {
    const own = secondsOf(this.#child.pid as number);
    return this.runtime === this.#child.pid ? own : own + secondsOf(this.runtime);
  }

  async order(order: Order): Promise<void> {
    this.#child.send(order);
    await once(this.#child, 'message');
  }

  /** Kills it if it does not end in time. */
  async end(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.send('end' satisfies Order);
    const patience = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(patience);
  }
}
