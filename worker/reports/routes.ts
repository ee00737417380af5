import * as v from 'valibot';
import { DayStatus } from '../contract/attendance/attendance';
import { ReportChoices, ReportDays, ReportTotals } from '../contract/reports/reports';
import { Id, LocalDate } from '../contract/values';
import { TriedDays, TrySettings, TryWeek } from '../contract/reports/trials';
import { download, mount, read, write } from '../http/declare';
import { formats, saved } from '../http/table';
import { reportChoices } from './choices';
import { type ReportFilter, within } from './days';
import { daysFile, totalsFile } from './files';
import { trySettings, tryWeek } from './trials';
import { ownDays, pageOfDays, totals } from './reports';

const Label = v.optional(v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(80)));
const span = { from: LocalDate, to: LocalDate };
const filterFields = {
  ...span,
  person: v.optional(Id),
  department: v.optional(Id),
  category: Label,
  status: v.optional(DayStatus),
};

const Filtered = v.strictObject(filterFields);
const Own = v.strictObject(span);
const Summed = v.strictObject({
  ...filterFields,
  by: v.optional(v.picklist(['person', 'department']), 'person'),
});

export const reportRoutes = mount('Reports', [
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
    description: 'Everyone who works here or did; departments; categories.',
    may: 'reports.read',
    answer: ReportChoices,
    handle: reportChoices,
  }),
  write({
    method: 'post',
    path: '/reports/trials/settings',
    summary: 'Try settings on past days',
    description:
      'The days whose outcome would change, some dates at a time; continue from `next`. It writes nothing, so it takes no key.',
    may: 'settings.manage',
    keyless: true,
    body: TrySettings,
    answer: TriedDays,
    handle: (scope, { body }) => trySettings(scope, body),
  }),
  write({
    method: 'post',
    path: '/reports/trials/schedules/:id',
    summary: 'Try another week of a schedule on past days',
    description: 'As with settings, for those who followed the schedule.',
    may: 'schedules.manage',
    keyless: true,
    param: v.strictObject({ id: Id }),
    body: TryWeek,
    answer: TriedDays,
    problems: ['not_found'],
    handle: (scope, { param: { id }, body }) => tryWeek(scope, id, body),
  }),
  ...formats.flatMap(({ format, words }) => [
    download({
      path: `/reports/days.${format}`,
      summary: `Days of people as ${words}`,
      description: 'Every matching day, streamed.',
      may: 'reports.read',
      query: Filtered,
      problems: ['invalid_input'],
      handle(scope, { query }) {
        const filter = within(scope, query);
        return saved(daysFile(scope, filter, format), format, nameOf('attendance', filter));
      },
    }),
    download({
      path: `/reports/totals.${format}`,
      summary: `Totals as ${words}`,
      description: 'One row for each person, or each department: as on the page.',
      may: 'reports.read',
      query: Summed,
      problems: ['invalid_input'],
      handle(scope, { query: { by, ...filters } }) {
        const filter = within(scope, filters);
        return saved(totalsFile(scope, filter, by, format), format, nameOf(`totals-by-${by}`, filter));
      },
    }),
  ]),
]);

const nameOf = (kind: string, { from, to }: ReportFilter): string => `${kind}-${from}-to-${to}`;
