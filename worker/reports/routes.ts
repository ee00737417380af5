import { Hono } from 'hono';
import * as v from 'valibot';
import { DayStatus } from '../contract/attendance/attendance';
import type { ProblemCode } from '../contract/errors';
import { ReportChoices, ReportDays, ReportTotals } from '../contract/reports/reports';
import { Id, LocalDate } from '../contract/values';
import { TriedDays, TrySettings, TryWeek } from '../contract/reports/trials';
import { mount, read } from '../http/declare';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly } from '../http/writes';
import { reportChoices } from './choices';
import { type Wanted, within } from './days';
import { daysFile, type Format, totalsFile } from './files';
import type { Scope } from '../scope';
import { trySettings, tryWeek } from './trials';
import { type By, ownDays, pageOfDays, totals } from './reports';

const tag = 'Reports';

const Label = v.optional(v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(80)));
const span = { from: LocalDate, to: LocalDate };
const filter = {
  ...span,
  person: v.optional(Id),
  department: v.optional(Id),
  category: Label,
  status: v.optional(DayStatus),
};

const Filtered = v.strictObject(filter);
const Own = v.strictObject(span);
const Summed = v.strictObject({ ...filter, by: v.optional(v.picklist(['person', 'department']), 'person') });

/** A trial writes nothing, yet its rule is a JSON body. */
const tried = [
  'malformed_json',
  'invalid_input',
  'not_json',
  'foreign_origin',
  'body_too_large',
] as const satisfies readonly ProblemCode[];

export const reportRoutes = new Hono<Http>()
  .route(
    '/',
    mount(tag, [
      read({
        path: '/reports/days',
        summary: 'Days of people',
        description:
          'Some dates at a time, the earliest first; continue from `next`. Filter it for a daily or personal report.',
        may: 'reports.read',
        query: Filtered,
        answer: ReportDays,
        problems: ['invalid_input'],
        handle: (scope, { query }) => pageOfDays(scope, within(scope, query)),
      }),
      read({
        path: '/reports/totals',
        summary: 'Totals of people or departments',
        may: 'reports.read',
        query: Summed,
        answer: ReportTotals,
        problems: ['invalid_input'],
        handle: (scope, { query }) => totals(scope, within(scope, query), query.by),
      }),
      read({
        path: '/reports/mine',
        summary: 'My own days',
        description: 'As in the reports, without the notes of supervisors.',
        may: 'self.use',
        query: Own,
        answer: ReportDays,
        problems: ['invalid_input'],
        handle: (scope, { query }) => ownDays(scope, within(scope, query)),
      }),
      read({
        path: '/reports/choices',
        summary: 'What a report can be filtered by',
        description: 'Everybody who ever worked here, leavers too; departments; categories.',
        may: 'reports.read',
        answer: ReportChoices,
        handle: reportChoices,
      }),
    ]),
  )
  .post(
    '/reports/trials/settings',
    route({
      summary: 'Try settings on past days',
      description:
        'The days whose outcome would change, some dates at a time; continue from `next`. It writes nothing, so it takes no key.',
      tag,
      may: 'settings.manage',
      answers: { 200: TriedDays },
      problems: tried,
    }),
    jsonOnly,
    input('json', TrySettings),
    async (c) => c.json((await trySettings(c.var.scope, c.req.valid('json'))) satisfies TriedDays),
  )
  .post(
    '/reports/trials/schedules/:id',
    route({
      summary: 'Try another week of a schedule on past days',
      description: 'As with settings, for those who followed the schedule.',
      tag,
      may: 'schedules.manage',
      answers: { 200: TriedDays },
      problems: [...tried, 'not_found'],
    }),
    jsonOnly,
    input('param', v.strictObject({ id: Id })),
    input('json', TryWeek),
    async (c) =>
      c.json((await tryWeek(c.var.scope, c.req.valid('param').id, c.req.valid('json'))) satisfies TriedDays),
  )
  .get(
    '/reports/days.csv',
    route({
      summary: 'Days of people as CSV',
      description: 'Every day of the request, streamed.',
      tag,
      may: 'reports.read',
      answers: { 200: null },
      problems: ['invalid_input'],
    }),
    input('query', Filtered),
    (c) => daysAs('csv', c.var.scope, c.req.valid('query')),
  )
  .get(
    '/reports/days.xlsx',
    route({
      summary: 'Days of people as a spreadsheet',
      description: 'Every day of the request, streamed.',
      tag,
      may: 'reports.read',
      answers: { 200: null },
      problems: ['invalid_input'],
    }),
    input('query', Filtered),
    (c) => daysAs('xlsx', c.var.scope, c.req.valid('query')),
  )
  .get(
    '/reports/totals.csv',
    route({
      summary: 'Totals as CSV',
      description: 'One row for each person, or each department: as on the page.',
      tag,
      may: 'reports.read',
      answers: { 200: null },
      problems: ['invalid_input'],
    }),
    input('query', Summed),
    (c) => totalsAs('csv', c.var.scope, c.req.valid('query')),
  )
  .get(
    '/reports/totals.xlsx',
    route({
      summary: 'Totals as a spreadsheet',
      description: 'One row for each person, or each department: as on the page.',
      tag,
      may: 'reports.read',
      answers: { 200: null },
      problems: ['invalid_input'],
    }),
    input('query', Summed),
    (c) => totalsAs('xlsx', c.var.scope, c.req.valid('query')),
  );

const types = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;

function daysAs(format: Format, scope: Scope, asked: Wanted): Response {
  const wanted = within(scope, asked);
  return file(daysFile(scope, wanted, format), format, 'attendance', wanted);
}

function totalsAs(format: Format, scope: Scope, asked: Wanted & { by: By }): Response {
  const { by, ...wanted } = within(scope, asked);
  return file(totalsFile(scope, wanted, by, format), format, `totals-by-${by}`, wanted);
}

function file(
  body: ReadableStream<Uint8Array>,
  format: Format,
  kind: string,
  { from, to }: { from: string; to: string },
): Response {
  const name = `${kind}-${from}-to-${to}.${format}`;
  return new Response(body, {
    headers: { 'Content-Type': types[format], 'Content-Disposition': `attachment; filename="${name}"` },
  });
}
