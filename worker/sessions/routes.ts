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
import { mount, read, write } from '../http/declare';
import { sessionsOf } from './list';
import { lock, previewLock, unlock } from './lock';
import { createSession, editSession } from './plan';
import { cancel, end, runSession, start } from './run';
import { sessionChange } from './sessions';

const param = v.strictObject({ id: Id });
const Nothing = v.strictObject({});

export const sessionRoutes = mount('Sessions', [
  read({
    path: '/sessions',
    summary: 'Sessions of some dates',
    description:
      'With your own participation in each, and the cursor of `sessions`. `mine`: only sessions that you host or whose list names you. `all` is for admins.',
    may: 'sessions.attend',
    query: v.strictObject({
      from: LocalDate,
      to: LocalDate,
      of: v.optional(v.picklist(['all', 'mine']), 'mine'),
    }),
    answer: SessionList,
    problems: ['invalid_input'],
    handle: (scope, { query }) => sessionsOf(scope, query),
  }),
  write({
    method: 'post',
    path: '/sessions/live',
    summary: 'Make a session',
    description: 'Scheduled, or started with `start`. The creator becomes a host.',
    may: 'sessions.host',
    body: NewSession,
    answer: SessionChange,
    handle: (scope, { body }) => sessionChange(createSession(scope, body)),
  }),
  write({
    method: 'patch',
    path: '/sessions/:id',
    summary: 'Change a session that has not started',
    may: 'sessions.host',
    param,
    body: EditSession,
    answer: SessionChange,
    problems: ['not_found', 'illegal_move', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => sessionChange(editSession(scope, id, body)),
  }),
  write({
    method: 'put',
    path: '/sessions/:id/running',
    summary: 'Change how a session runs',
    description: 'Extends it, shows or hides its code, turns strict mode on or off.',
    may: 'sessions.host',
    param,
    body: RunSession,
    answer: SessionChange,
    problems: ['not_found', 'illegal_move', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => sessionChange(runSession(scope, id, body)),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/start',
    summary: 'Start a session',
    may: 'sessions.host',
    param,
    body: Nothing,
    answer: SessionChange,
    problems: ['not_found', 'illegal_move'],
    handle: (scope, { param: { id } }) => sessionChange(start(scope, id)),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/end',
    summary: 'End a session',
    description: 'Marks every unmarked person absent, or excused.',
    may: 'sessions.host',
    param,
    body: Nothing,
    answer: SessionChange,
    problems: ['not_found', 'illegal_move', 'changed_meanwhile'],
    handle: (scope, { param: { id } }) => sessionChange(end(scope, id)),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/cancel',
    summary: 'Cancel a session',
    may: 'sessions.host',
    param,
    body: WithReason,
    answer: SessionChange,
    problems: ['not_found', 'illegal_move'],
    handle: (scope, { param: { id }, body }) => sessionChange(cancel(scope, id, body.reason)),
  }),
  read({
    path: '/sessions/:id/lock',
    summary: 'Who would become absent or excused',
    may: 'sessions.host',
    param,
    answer: LockPreview,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => previewLock(scope, id),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/lock',
    summary: 'Lock the list',
    description: 'Marks every unmarked person absent, or excused, and refuses later scans.',
    may: 'sessions.host',
    param,
    body: WithReason,
    answer: SessionChange,
    problems: ['not_found', 'illegal_move', 'session_locked', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => sessionChange(lock(scope, id, body.reason)),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/unlock',
    summary: 'Unlock the list',
    description: 'Removes exactly the marks that the lock made.',
    may: 'sessions.host',
    param,
    body: WithReason,
    answer: SessionChange,
    problems: ['not_found', 'not_locked'],
    handle: (scope, { param: { id }, body }) => sessionChange(unlock(scope, id, body.reason)),
  }),
]);
