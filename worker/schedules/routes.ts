import * as v from 'valibot';
import { Done } from '../contract/receipts';
import {
  Assign,
  Assignments,
  ChangeSchedule,
  Holiday,
  Holidays,
  NameHoliday,
  NewSchedule,
  Schedules,
  SetWeek,
} from '../contract/schedules/schedules';
import { Id, LocalDate } from '../contract/values';
import { done, mount, read, write } from '../http/declare';
import { assign, assignmentsOn } from './assignments';
import { dropHoliday, holidaysIn, setHoliday } from './holidays';
import { allSchedules, changeSchedule, dropWeek, makeSchedule, setWeek } from './schedules';

const OfId = v.strictObject({ id: Id });
const OfDate = v.pick(Holiday, ['date']);

export const scheduleRoutes = mount('Schedules', [
  read({
    path: '/schedules',
    summary: 'The schedules',
    description: 'With their weeks and how many follow them today, and the cursor of `admin.dashboard`.',
    may: 'schedules.manage',
    answer: Schedules,
    handle: allSchedules,
  }),
  write({
    method: 'post',
    path: '/schedules',
    summary: 'Make a schedule',
    description: 'With its first week, which may begin in the past: no one follows it yet.',
    may: 'schedules.manage',
    body: NewSchedule,
    answer: Done,
    problems: ['name_taken', 'changed_meanwhile'],
    handle: (scope, { body }) => done(makeSchedule(scope, body)),
  }),
  write({
    method: 'patch',
    path: '/schedules/:id',
    summary: 'Rename or retire a schedule',
    description: 'A schedule with followers, today or later, cannot be retired.',
    may: 'schedules.manage',
    param: OfId,
    body: ChangeSchedule,
    answer: Done,
    problems: ['not_found', 'name_taken', 'schedule_in_use', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => done(changeSchedule(scope, id, body)),
  }),
  write({
    method: 'put',
    path: '/schedules/:id/weeks',
    summary: 'Give a schedule another week',
    description:
      'From today or a later date on; the days before keep theirs. The same date again replaces that week.',
    may: 'schedules.manage',
    param: OfId,
    body: SetWeek,
    answer: Done,
    problems: ['not_found', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => done(setWeek(scope, id, body)),
  }),
  write({
    method: 'delete',
    path: '/schedules/:id/weeks/:validFrom',
    summary: 'Remove a week that has not begun',
    may: 'schedules.manage',
    param: v.strictObject({ id: Id, validFrom: LocalDate }),
    answer: Done,
    problems: ['not_found', 'already_begun', 'only_week', 'changed_meanwhile'],
    handle: (scope, { param: { id, validFrom } }) => done(dropWeek(scope, id, validFrom)),
  }),
  read({
    path: '/schedules/assignments',
    summary: 'Who follows which schedule',
    description: 'Active people on `date` (today if not given), with their next schedule.',
    may: 'schedules.manage',
    query: v.strictObject({ date: v.optional(LocalDate) }),
    answer: Assignments,
    problems: ['invalid_input'],
    handle: (scope, { query: { date } }) => assignmentsOn(scope, date),
  }),
  write({
    method: 'post',
    path: '/schedules/assignments',
    summary: 'Let people follow a schedule',
    description:
      'All of them or none, from a date on (at the earliest the day after the last closed one; for oneself today), until their next assignment.',
    may: 'schedules.manage',
    body: Assign,
    answer: Done,
    problems: ['own_day', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body }) => done(assign(scope, body)),
  }),
  read({
    path: '/holidays',
    summary: 'Holidays',
    may: 'schedules.manage',
    query: v.strictObject({ from: LocalDate, to: LocalDate }),
    answer: Holidays,
    problems: ['invalid_input'],
    handle: (scope, { query: { from, to } }) => holidaysIn(scope, from, to),
  }),
  write({
    method: 'put',
    path: '/holidays/:date',
    summary: 'Make a date a holiday',
    description: 'From the day after the last closed one on.',
    may: 'schedules.manage',
    param: OfDate,
    body: NameHoliday,
    answer: Done,
    problems: ['period_closed', 'changed_meanwhile'],
    handle: (scope, { param, body }) => done(setHoliday(scope, { ...param, ...body })),
  }),
  write({
    method: 'delete',
    path: '/holidays/:date',
    summary: 'Make a date an ordinary day again',
    may: 'schedules.manage',
    param: OfDate,
    answer: Done,
    problems: ['not_found', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { param: { date } }) => done(dropHoliday(scope, date)),
  }),
]);
