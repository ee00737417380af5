/** What a request must name to be served: chance alone would hardly find a row in the right state, and its version. */
import { env } from 'cloudflare:workers';
import { ask, newKey, type Someone } from '../workplace';
import type { World } from './world';

/** What of a request is not left to chance. */
export interface Fit {
  params?: Record<string, string>;
  /** Fields of the body beside those by chance. */
  body?: Record<string, unknown>;
  /** The whole body. */
  only?: Record<string, unknown>;
  headers?: Record<string, string>;
}

/** Makes what the route needs. @param me an admin */
export type Recipe = (me: Someone, world: World) => Promise<Fit>;
/** By `METHOD /path/{id}`. */
export type Recipes = Readonly<Record<string, Recipe>>;

export const unlimited: RateLimit = { limit: () => Promise.resolve({ success: true }) };

/** Asks for what a recipe needs. @throws if it is refused, because another request has changed what it names */
export async function served<T>(
  as: Someone | undefined,
  method: string,
  path: string,
  json?: object,
  bytes?: Uint8Array<ArrayBuffer>,
): Promise<T> {
  const answer = await ask(path, {
    method,
    as,
    key: newKey(),
    ...(json && { json }),
    ...(bytes && { bytes, headers: { 'Content-Type': 'image/png' } }),
    env: { ...env, WRITES: unlimited, REQUESTS: unlimited },
    atAnyCost: true,
  });
  if (!answer.ok) throw new Unfit(`${method} ${path}: ${await answer.text()}`, answer.status);
  return answer.json<T>();
}

/** A recipe could not make what it needs now. */
export class Unfit extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export const run = (sql: string, ...values: (string | number | null)[]) =>
  env.DB.prepare(sql)
    .bind(...values)
    .run();
