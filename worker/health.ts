/** `GET /healthz`: whether D1 and a channel's object answer, and how old the last run of the jobs is. It names no one. */
import type { Bindings } from './bindings';
import { heardFrom, PATIENCE_MS, within } from './live/object';

/** An answer serves everybody for this long, so that many requests cost as little as one. */
export const FRESH_MS = 5_000;
/** The jobs run every minute. */
export const JOBS_MS = 5 * 60_000;
/** Cloudflare takes this long to begin them (developers.cloudflare.com/workers/configuration/cron-triggers). */
export const BEGIN_MS = 15 * 60_000;

interface State {
  database: { ok: boolean };
  channels: { ok: boolean };
  /** `age`: milliseconds since the last run; null if no job has run yet, as just after the first deployment, or if D1 fails. */
  jobs: { ok: boolean; age: number | null };
}

/** Of one isolate. */
export class Health {
  #pending: Promise<State> | undefined;
  #askedAt = -Infinity;

  /** 200, or 503 if a part does not work. At most one D1 call and one object call in `FRESH_MS`. */
  async answer(env: Bindings, ctx: Pick<ExecutionContext, 'waitUntil'>): Promise<Response> {
    const now = Date.now();
    // A clock that was set back must not keep an answer.
    if (!this.#pending || Math.abs(now - this.#askedAt) >= FRESH_MS) {
      this.#askedAt = now;
      this.#pending = read(env, now);
      ctx.waitUntil(this.#pending); // others wait for it too, if this client hangs up
    }
    // The request that began the read may have been ended with it still pending.
    const state = (await within(PATIENCE_MS + 1_000, this.#pending)) ?? nothing;
    const ok = state.database.ok && state.channels.ok && state.jobs.ok;
    return Response.json(
      { ok, ...state },
      {
        status: ok ? 200 : 503,
        headers: { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' },
      },
    );
  }
}

const nothing: State = {
  database: { ok: false },
  channels: { ok: false },
  jobs: { ok: false, age: null },
};

async function read(env: Bindings, now: number): Promise<State> {
  const [last, heard] = await Promise.all([
    within(
      PATIENCE_MS,
      Promise.try(() => env.DB.prepare('SELECT max(at) AS at FROM job_runs').first<{ at: number | null }>()),
    ),
    heardFrom(env, 'attendance'),
  ]);
  const age = last?.at == null ? null : Math.max(0, now - last.at);
  return {
    database: { ok: last !== undefined },
    channels: { ok: heard !== undefined },
    jobs: { ok: age === null ? last !== undefined && isNew(env, now) : age < JOBS_MS, age },
  };
}

const isNew = ({ VERSION }: Bindings, now: number): boolean => now - Date.parse(VERSION.timestamp) < BEGIN_MS;
