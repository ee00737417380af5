import * as v from 'valibot';
import { WithReason } from '../../contract/sessions/sessions';
import {
  AttendeeChange,
  MarkAttendee,
  SessionSheet,
  SessionStats,
  Trends,
} from '../../contract/sessions/sheet/sheets';
import { Id } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { input, route } from '../../http/route';
import { type Kind, sheetFile, trendsFile } from './files';
import { answerRequest, clearFlags, excuse, markByHand } from './hand';
import { sessionStats, sheetOf } from './sheet';
import { AskedTrends, trends } from './trends';

const tag = 'Who came';
const OfId = v.strictObject({ id: Id });
const OfPerson = v.strictObject({ id: Id, person: Id });
const host = 'sessions.host';
const changed = ['not_found', 'illegal_move', 'session_locked', 'changed_meanwhile'] as const;

/** A file to save. */
const saved = (body: ReadableStream<Uint8Array>, kind: Kind, name: string): Response =>
  new Response(body, {
    headers: {
      'Content-Type':
        kind === 'csv'
          ? 'text/csv; charset=utf-8'
          : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'Content-Disposition': `attachment; filename="${name}.${kind}"`,
    },
  });

export const sheetRoutes = mount(tag, [
  read({
    path: '/sessions/trends',
    summary: 'How often people came',
    description:
      'Over sessions that have ended, by person, group or course: one’s own, or everybody’s for those who read reports.',
    may: host,
    query: AskedTrends,
    answer: Trends,
    problems: ['invalid_input'],
    handle: (scope, { query }) => trends(scope, query),
  }),
  read({
    path: '/sessions/:id/attendance',
    summary: 'Everyone on the list',
    description: 'With the cursor of `session.{id}`.',
    may: host,
    param: OfId,
    answer: SessionSheet,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => sheetOf(scope, id),
  }),
  read({
    path: '/sessions/:id/stats',
    summary: 'How many came',
    may: host,
    param: OfId,
    answer: SessionStats,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => sessionStats(scope, id),
  }),
  write({
    method: 'put',
    path: '/sessions/:id/attendance/:person',
    summary: 'Mark somebody by hand',
    description: 'Null takes the mark back.',
    may: host,
    param: OfPerson,
    body: MarkAttendee,
    answer: AttendeeChange,
    problems: changed,
    handle: (scope, { param: { id, person }, body }) => markByHand(scope, id, person, body),
  }),
  write({
    method: 'put',
    path: '/sessions/:id/requests/:person',
    summary: 'Answer a request to be let in',
    may: host,
    param: OfPerson,
    body: v.strictObject({ accept: v.boolean() }),
    answer: AttendeeChange,
    problems: [...changed, 'not_asking'],
    handle: (scope, { param: { id, person }, body }) => answerRequest(scope, id, person, body.accept),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/attendance/:person/clear',
    summary: 'Clear the signs of a scan',
    may: host,
    param: OfPerson,
    body: v.strictObject({}),
    answer: AttendeeChange,
    problems: changed,
    handle: (scope, { param: { id, person } }) => clearFlags(scope, id, person),
  }),
  write({
    method: 'put',
    path: '/sessions/:id/excuses/:person',
    summary: 'Excuse somebody in advance',
    description: 'If they do not come, they are excused and not absent. Null takes it back.',
    may: host,
    param: OfPerson,
    body: v.strictObject({ reason: v.nullable(WithReason.entries.reason) }),
    answer: AttendeeChange,
    problems: changed,
    handle: (scope, { param: { id, person }, body }) => excuse(scope, id, person, body.reason),
  }),
])
  .get(
    '/sessions/trends.csv',
    route({
      summary: 'How often people came, as CSV',
      tag,
      may: host,
      answers: { 200: null },
      problems: ['invalid_input'],
    }),
    input('query', AskedTrends),
    async (c) => saved(await trendsFile(c.var.scope, c.req.valid('query'), 'csv'), 'csv', 'trends'),
  )
  .get(
    '/sessions/trends.xlsx',
    route({
      summary: 'How often people came, as a spreadsheet',
      tag,
      may: host,
      answers: { 200: null },
      problems: ['invalid_input'],
    }),
    input('query', AskedTrends),
    async (c) => saved(await trendsFile(c.var.scope, c.req.valid('query'), 'xlsx'), 'xlsx', 'trends'),
  )
  .get(
    '/sessions/:id/attendance.csv',
    route({
      summary: 'The list as CSV',
      tag,
      may: host,
      answers: { 200: null },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => saved(await sheetFile(c.var.scope, c.req.valid('param').id, 'csv'), 'csv', 'session'),
  )
  .get(
    '/sessions/:id/attendance.xlsx',
    route({
      summary: 'The list as a spreadsheet',
      tag,
      may: host,
      answers: { 200: null },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => saved(await sheetFile(c.var.scope, c.req.valid('param').id, 'xlsx'), 'xlsx', 'session'),
  );
