/**
 * Bindings that refuse what production refuses; the local runtime forgives it. One is one invocation. Limits:
 * developers.cloudflare.com/d1/platform/limits, /workers/platform/limits, /durable-objects/platform/limits, as of November 2026.
 */
import type { Bindings } from '../../worker/bindings';
import { type Sent, watched } from '../../worker/db/calls';
import { mustNotGrow } from './plans';

export const limits = {
  statementBytes: 100_000,
  parameters: 100,
  patternBytes: 50,
  rowBytes: 2_000_000,
  resultBytes: 50_000_000,
  d1Calls: 1_000,
  subrequests: 10_000,
} as const;

const utf8 = new TextEncoder();
const bytesOf = (value: unknown): number =>
  typeof value === 'string'
    ? utf8.encode(value).length
    : value instanceof ArrayBuffer || ArrayBuffer.isView(value)
      ? value.byteLength
      : 8;

/** A pattern as a parameter, `LIKE ?3`, or as text, `LIKE 'a%'`. */
const PATTERN = /\b(?:LIKE|GLOB)\s+(?:\?(\d+)|'((?:[^']|'')*)'|(\S+))/gi;

/** @throws as D1 does */
function check({ sql, params }: Sent): void {
  if (bytesOf(sql) > limits.statementBytes) throw new Error('D1_ERROR: statement too long: SQLITE_TOOBIG');
  if (params.length > limits.parameters) throw new Error('D1_ERROR: too many SQL variables: SQLITE_ERROR');
  if (params.some((it) => bytesOf(it) > limits.rowBytes))
    throw new Error('D1_ERROR: string or blob too big: SQLITE_TOOBIG');
  for (const [, number, text, other] of sql.matchAll(PATTERN)) {
    // What the statement itself puts together cannot be measured here, so it is not used.
    if (other !== undefined) throw new Error(`D1_ERROR: a pattern of unknown length: ${other}`);
    const pattern = number === undefined ? text : params[Number(number) - 1];
    if (bytesOf(pattern) > limits.patternBytes)
      throw new Error('D1_ERROR: LIKE or GLOB pattern too complex: SQLITE_ERROR');
  }
}

export class Edge {
  /** D1 calls of this invocation, a batch being one. */
  d1 = 0;
  /** Calls of objects and of R2. */
  subrequests = 0;
  /** Calls that failed, such as commits that a guard refused: each costs further ones. */
  failures = 0;
  readonly env: Bindings;

  constructor(bindings: Bindings) {
    const { CHANNELS, PHOTOS } = bindings;
    const DB = watched(bindings.DB, async (sent, call) => {
      this.d1 += 1;
      if (this.d1 > limits.d1Calls)
        throw new Error('D1_ERROR: Too many API requests by single worker invocation.');
      for (const it of sent) {
        check(it);
        await mustNotGrow(bindings.DB, it);
      }
      const answer = await call().catch((error: unknown) => {
        this.failures += 1;
        throw error;
      });
      if (JSON.stringify(answer).length > limits.resultBytes) throw new Error('D1_ERROR: result too large');
      return answer;
    });
    this.env = {
      ...bindings,
      DB,
      CHANNELS: called(CHANNELS, (name, call) => {
        if (name !== 'get') return call;
        return (...ids: unknown[]) => called(call(...ids) as object, (_, method) => this.counted(method));
      }),
      PHOTOS: called(PHOTOS, (_, method) => this.counted(method)),
    };
  }

  /** The method of an object or of R2, which counts its calls. */
  private counted(method: Method): Method {
    return async (...args) => {
      this.subrequests += 1;
      if (this.subrequests > limits.subrequests)
        throw new Error('Too many subrequests by single Worker invocation.');
      try {
        return await method(...args);
      } catch (error) {
        this.failures += 1;
        throw error;
      }
    };
  }
}

type Method = (...args: unknown[]) => unknown;

/** The binding with each method replaced. */
const called = <T extends object>(binding: T, replacement: (name: string, call: Method) => Method): T =>
  new Proxy(binding, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return replacement(String(name), (...args) => Reflect.apply(value, target, args) as unknown);
    },
  });
