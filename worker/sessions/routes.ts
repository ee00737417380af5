import { Hono } from 'hono';
import * as v from 'valibot';
import {
  EditSession,
  NewSession,
  RunSession,
  SessionChange,
  SessionList,
  WithReason,
} from '../contract/sessions/sessions';
import { LockPreview } from '../contract/sessions/sheet/sheets';
import { Id, LocalDate } from '../contract/values';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly, keyed, written } from '../http/writes';
import { sessionsOf } from './list';
import { lock, previewLock, unlock } from './lock';
import { editSession, makeSession } from './plan';
import { cancel, end, runSession, start } from './run';
import { sessionChange } from './sessions';

const tag = 'Sessions';
const OfId = v.strictObject({ id: Id });
const Nothing = v.strictObject({});
const Wanted = v.strictObject({
  from: LocalDate,
  to: LocalDate,
  of: v.optional(v.picklist(['all', 'mine']), 'mine'),
});
const host = 'sessions.host';
const moved = [...written, 'not_found', 'illegal_move'] as const;
const changed = [...moved, 'session_locked', 'changed_meanwhile'] as const;

export const sessionRoutes = new Hono<Http>()
  .get(
    '/sessions',
    route({
      summary: 'Sessions of some dates',
      description:
        'With one’s own part in each, and the cursor of `sessions`. `mine`: only those one is on the list of, or hosts.',
      tag,
      may: 'sessions.attend',
      answers: { 200: SessionList },
      problems: ['invalid_input'],
    }),
    input('query', Wanted),
    async (c) => c.json((await sessionsOf(c.var.scope, c.req.valid('query'))) satisfies SessionList),
  )
  .post(
    '/sessions/live',
    route({
      summary: 'Make a session',
      description: 'Scheduled, or with `start` begun at once. Whoever makes it is a host of it.',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: [...written],
    }),
    jsonOnly,
    keyed,
    input('json', NewSession),
    async (c) => c.json(sessionChange(await makeSession(c.var.scope, c.req.valid('json')))),
  )
  .patch(
    '/sessions/:id',
    route({
      summary: 'Change a session that has not begun',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: [...moved, 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', EditSession),
    async (c) =>
      c.json(sessionChange(await editSession(c.var.scope, c.req.valid('param').id, c.req.valid('json')))),
  )
  .put(
    '/sessions/:id/running',
    route({
      summary: 'Change how a session runs',
      description: 'Extends it, shows or hides its code, turns strict mode on or off.',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: [...moved, 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', RunSession),
    async (c) =>
      c.json(sessionChange(await runSession(c.var.scope, c.req.valid('param').id, c.req.valid('json')))),
  )
  .post(
    '/sessions/:id/start',
    route({
      summary: 'Start a session',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: moved,
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', Nothing),
    async (c) => c.json(sessionChange(await start(c.var.scope, c.req.valid('param').id))),
  )
  .post(
    '/sessions/:id/end',
    route({
      summary: 'End a session',
      description: 'Whoever is not marked becomes absent, or excused.',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: [...moved, 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', Nothing),
    async (c) => c.json(sessionChange(await end(c.var.scope, c.req.valid('param').id))),
  )
  .post(
    '/sessions/:id/cancel',
    route({
      summary: 'Cancel a session',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: moved,
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', WithReason),
    async (c) =>
      c.json(sessionChange(await cancel(c.var.scope, c.req.valid('param').id, c.req.valid('json').reason))),
  )
  .get(
    '/sessions/:id/lock',
    route({
      summary: 'Who would become absent or excused',
      tag,
      may: host,
      answers: { 200: LockPreview },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => c.json((await previewLock(c.var.scope, c.req.valid('param').id)) satisfies LockPreview),
  )
  .post(
    '/sessions/:id/lock',
    route({
      summary: 'Lock the list',
      description:
        'Whoever is not marked becomes absent, or excused, at that moment; later scans are refused.',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: changed,
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', WithReason),
    async (c) =>
      c.json(sessionChange(await lock(c.var.scope, c.req.valid('param').id, c.req.valid('json').reason))),
  )
  .post(
    '/sessions/:id/unlock',
    route({
      summary: 'Unlock the list',
      description: 'Takes back exactly what the lock marked.',
      tag,
      may: host,
      answers: { 200: SessionChange },
      problems: [...written, 'not_found', 'not_locked'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', WithReason),
    async (c) =>
      c.json(sessionChange(await unlock(c.var.scope, c.req.valid('param').id, c.req.valid('json').reason))),
  );
