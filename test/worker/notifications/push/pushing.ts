/** Pushes to a person in a commit, the jobs that send what waits, and a person's settings of pushes. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { uuidv7 } from 'uuidv7';
import { PushKind, type PushSettings } from '../../../../worker/contract/notifications/push';
import { statement } from '../../../../worker/db/queries';
import { runJobs } from '../../../../worker/jobs';
import { queued } from '../../../../worker/notifications/push/queue';
import { Scope } from '../../../../worker/scope';
import { ask, edged, insertion, newKey, type Someone } from '../../workplace';

export const MINUTE = 60_000;
/** Its commit sends it. */
export const BEGINS = 'session.started';
/** The jobs send it. */
export const DECIDED = 'correction.decided';

export const pushed = { title: 'First aid has begun', body: 'Room 2', href: '/scan' };

/** Pushes to a person in a commit, as a change would. @param crash whether the request ends right after the commit */
export async function push(it: Someone, kind: PushKind = BEGINS, { crash = false } = {}): Promise<void> {
  const ctx = createExecutionContext();
  const at = Date.now();
  const scope = new Scope(edged(), ctx, { now: () => at });
  const write = queued({ id: uuidv7(), kind, ...pushed }, at, { sql: 'SELECT ?2 AS person', value: it.id });
  if (crash) return void (await statement(env.DB, write).run());
  const change = insertion('progress', { job: uuidv7(), until: at });
  await scope.attempt({
    at,
    changes: [{ write: change, action: 'test', subject: 'test/1', before: null, after: null }],
    publish: [],
    also: [write],
  });
  await waitOnExecutionContext(ctx);
}

/** Runs the jobs this many minutes from now. */
export async function jobs(minutes: number): Promise<void> {
  const ctx = createExecutionContext();
  await runJobs(edged(), ctx, Date.now() + minutes * MINUTE);
  await waitOnExecutionContext(ctx);
}

export const settingsOf = async (as: { cookie: string }) =>
  (await ask('/notifications/push', { as })).json<PushSettings>();
export const queue = async () => (await env.DB.prepare('SELECT * FROM pushes').all()).results;
export const setQuiet = (as: Someone, quiet: unknown, key = newKey()) =>
  ask('/notifications/push/quiet-hours', { method: 'PUT', as, json: { quiet }, key });
