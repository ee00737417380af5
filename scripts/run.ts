/** Runs the installed tools. */
import { spawn, type ChildProcess } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root } from './place.ts';

/**
 * `CI` keeps wrangler's commands from prompting; the next two keep the runtime from sending requests to its vendor. The cache saves
 * a fifth of wrangler's start, which the scripts’ tests pay 17 times.
 */
const environment = () => ({
  ...process.env,
  CI: '1',
  WRANGLER_SEND_METRICS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
  PATH: [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter),
});

type Options = { cwd?: string; env?: Record<string, string>; shown?: boolean };

/** Starts a tool. Its output is shown, or can be read from the child. */
export function begin(
  command: string,
  args: string[],
  { cwd = root, env, shown }: Options = {},
): ChildProcess {
  const child = spawn(command, args, {
    cwd,
    env: { ...environment(), ...env },
    stdio: ['ignore', shown ? 'inherit' : 'pipe', shown ? 'inherit' : 'pipe'],
    shell: process.platform === 'win32',
  });
  return child;
}

/** Runs a tool to its end. `output` is empty when it was shown. */
export function run(
  command: string,
  args: string[],
  options?: Options,
): Promise<{ ok: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = begin(command, args, options);
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => {
      resolve({ ok: false, output: error.message });
    });
    child.on('close', (code) => {
      resolve({ ok: code === 0, output: Buffer.concat(chunks).toString() });
    });
  });
}

/** Ends the command with a message instead of a stack. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

/** Ends the command with an error's message. */
export const failed = (error: unknown): never => fail(error instanceof Error ? error.message : String(error));
