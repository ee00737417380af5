/** `npm start` as a process group of its own, which can be killed at any moment. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { root } from '../../scripts/place.ts';

/** `npm start` ended by itself. */
export class Ended extends Error {
  readonly output: string;

  constructor(output: string) {
    super(`npm start ended:\n${output}`);
    this.output = output;
  }
}

export class Server {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  #output = '';

  private constructor(folder: string, port: number) {
    this.port = port;
    this.#child = spawn(process.execPath, [join(root, 'scripts', 'start.ts'), '--no-demo'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, MUSTER_FOLDER: folder, PORT: String(port) },
    });
    this.#gone = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  /** @throws Ended if it ends before it serves */
  static async start(folder: string, port: number): Promise<Server> {
    const server = new Server(folder, port);
    process.once('exit', server.#kill);
    const ended = server.#gone.then(() => {
      process.off('exit', server.#kill);
      throw new Ended(server.#output);
    });
    await Promise.race([server.#says('Muster is at'), ended]);
    ended.catch(() => undefined);
    return server;
  }

  /** Kills Node and the runtime at once, and waits until both are gone: they hold the ends of its pipes. */
  async kill(): Promise<void> {
    this.#kill();
    process.off('exit', this.#kill);
    await this.#gone;
  }

  #says(words: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.#output.includes(words)) return;
        this.#child.stdout?.off('data', look);
        resolve();
      };
      this.#child.stdout?.on('data', look);
    });
  }

  /** By the id of the group that this process made. */
  readonly #kill = (): void => {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
  };
}

/** A port of this machine that no program listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
