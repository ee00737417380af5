/** Clock, timers and chance of the code under test belong to the scheduler while a schedule runs. It hashes nothing on its way. */
import type { Owner, Scheduler, Task } from './Scheduler';

/**
 * What a page does each second (its clock redraws, a sleep is noticed) it does less often here, all of it at once. A gap of 5 s would
 * count as sleep.
 */
const INTERVAL_MS = 4_000;

/** What a page's code finds in its window. */
export interface Window {
  fetch(path: string, init: RequestInit): Promise<Response>;
  dispatchEvent(event: Event): boolean;
}

export interface Dependencies {
  scheduler: Scheduler;
  random: () => number;
  windowOf(owner: Owner): Window | undefined;
}

const names = [
  'Date',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'performance',
  'crypto',
  'scheduler',
  'fetch',
  'dispatchEvent',
  'WebSocketPair',
  'WebSocketRequestResponsePair',
  'WebSocket',
  'Response',
] as const;

/** Replaces the globals. @param more the runtime's own classes @returns to put them back */
export function install(it: Dependencies, more: Record<string, unknown>): () => void {
  const { scheduler, random } = it;
  const before = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  const { random: chance } = Math;
  const timeout = Object.getOwnPropertyDescriptor(AbortSignal, 'timeout');
  const TrueDate = Date;
  const began = scheduler.now;

  class VirtualDate extends TrueDate {
    constructor(...args: []) {
      if (args.length > 0) super(...args);
      else super(scheduler.now);
    }
    static override now = () => Math.floor(scheduler.now);
  }
  const bytes = <T extends ArrayBufferView>(array: T): T => {
    const view = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    for (let at = 0; at < view.length; at += 1) view[at] = Math.floor(random() * 256);
    return array;
  };
  const ticking = new Map<Owner, Set<{ act: () => void }>>();
  const tick = (owner: Owner, all: Set<{ act: () => void }>): void => {
    if (all.size === 0) return void ticking.delete(owner);
    scheduler.later(INTERVAL_MS, () => tick(owner, all), owner);
    for (const it of [...all]) it.act();
  };
  const repeat = (act: () => void): (() => void) => {
    const { owner } = scheduler;
    const all = ticking.get(owner) ?? new Set();
    const it = { act };
    all.add(it);
    if (!ticking.has(owner)) scheduler.later(INTERVAL_MS, () => tick(owner, all), owner);
    ticking.set(owner, all);
    return () => void all.delete(it);
  };
  const replaced: Record<string, unknown> = {
    Date: VirtualDate,
    setTimeout: (act: () => void, ms = 0) => scheduler.later(ms, act),
    clearTimeout: (task?: Task) => scheduler.cancel(task),
    setInterval: (act: () => void) => repeat(act),
    clearInterval: (stop?: () => void) => stop?.(),
    performance: { now: () => scheduler.now - began },
    crypto: {
      getRandomValues: bytes,
      randomUUID: () => hex(bytes(new Uint8Array(16))).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    },
    scheduler: { wait: (ms: number) => scheduler.pause(ms) },
    fetch: (path: string, init: RequestInit) => it.windowOf(scheduler.owner)?.fetch(path, init),
    dispatchEvent: (event: Event) => it.windowOf(scheduler.owner)?.dispatchEvent(event),
    ...more,
  };
  for (const [name, value] of Object.entries(replaced))
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  Math.random = random;
  AbortSignal.timeout = () => new AbortController().signal; // the page's network keeps the time (Page.ts)
  return () => {
    Math.random = chance;
    if (timeout) Object.defineProperty(AbortSignal, 'timeout', timeout);
    for (const [name, descriptor] of before)
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
  };
}

const hex = (data: Uint8Array): string =>
  [...data].map((byte) => byte.toString(16).padStart(2, '0')).join('');
