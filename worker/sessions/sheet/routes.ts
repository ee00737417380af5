import { Hono } from 'hono';
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
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { jsonOnly, keyed, written } from '../../http/writes';
import { type Kind, sheetFile, trendsFile } from './files';
import { answerRequest, clearFlags, excuse, markByHand } from './hand';
import { sessionStats, sheetOf } from './sheet';
import { AskedTrends, trends } from './trends';

const tag = 'Who came';
const OfId = v.strictObject({ id: Id });
const OfPerson = v.strictObject({ id: Id, person: Id });
const Nothing = v.strictObject({});
const host = 'sessions.host';
const changed = [...written, 'not_found', 'illegal_move', 'session_locked', 'changed_meanwhile'] as const;

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

export const sheetRoutes = new Hono<Http>()
  .get(
    '/sessions/trends',
    route({
      summary: 'How often people came',
      description:
        'Over sessions that have ended, by person, group or course: one’s own, or everybody’s for those who read reports.',
      tag,
      may: host,
      answers: { 200: Trends },
      problems: ['invalid_input'],
    }),
    input('query', AskedTrends),
    async (c) => c.json((await trends(c.var.scope, c.req.valid('query'))) satisfies Trends),
  )
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
    '/sessions/:id/attendance',
    route({
      summary: 'Everyone on the list',
      description: 'With the cursor of `session.{id}`.',
      tag,
      may: host,
      answers: { 200: SessionSheet },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => c.json((await sheetOf(c.var.scope, c.req.valid('param').id)) satisfies SessionSheet),
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
  )
  .get(
    '/sessions/:id/stats',
    route({
      summary: 'How many came',
      tag,
      may: host,
      answers: { 200: SessionStats },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => c.json((await sessionStats(c.var.scope, c.req.valid('param').id)) satisfies SessionStats),
  )
  .put(
    '/sessions/:id/attendance/:person',
    route({
      summary: 'Mark somebody by hand',
      description: 'Null takes the mark back.',
      tag,
      may: host,
      answers: { 200: AttendeeChange },
      problems: changed,
    }),
    jsonOnly,
    keyed,
    input('param', OfPerson),
    input('json', MarkAttendee),
    async (c) => {
      const { id, person } = c.req.valid('param');
      return c.json(
        (await markByHand(c.var.scope, id, person, c.req.valid('json'))) satisfies AttendeeChange,
      );
    },
  )
  .put(
    '/sessions/:id/requests/:person',
    route({
      summary: 'Answer a request to be let in',
      tag,
      may: host,
      answers: { 200: AttendeeChange },
      problems: [...changed, 'not_asking'],
    }),
    jsonOnly,
    keyed,
    input('param', OfPerson),
    input('json', v.strictObject({ accept: v.boolean() })),
    async (c) => {
      const { id, person } = c.req.valid('param');
      return c.json(
        (await answerRequest(c.var.scope, id, person, c.req.valid('json').accept)) satisfies AttendeeChange,
      );
    },
  )
  .post(
    '/sessions/:id/attendance/:person/clear',
    route({
      summary: 'Clear the signs of a scan',
      tag,
      may: host,
      answers: { 200: AttendeeChange },
      problems: changed,
    }),
    jsonOnly,
    keyed,
    input('param', OfPerson),
    input('json', Nothing),
    async (c) => {
      const { id, person } = c.req.valid('param');
      return c.json((await clearFlags(c.var.scope, id, person)) satisfies AttendeeChange);
    },
  )
  .put(
    '/sessions/:id/excuses/:person',
    route({
      summary: 'Excuse somebody in advance',
      description: 'If they do not come, they are excused and not absent. Null takes it back.',
      tag,
      may: host,
      answers: { 200: AttendeeChange },
      problems: changed,
    }),
    jsonOnly,
    keyed,
    input('param', OfPerson),
    input('json', v.strictObject({ reason: v.nullable(WithReason.entries.reason) })),
    async (c) => {
      const { id, person } = c.req.valid('param');
      return c.json(
        (await excuse(c.var.scope, id, person, c.req.valid('json').reason)) satisfies AttendeeChange,
      );
    },
  );
