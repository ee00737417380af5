import { Hono } from 'hono';
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
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly, keyed, written } from '../http/writes';
import { assign, assignmentsOn } from './assignments';
import { dropHoliday, holidaysIn, setHoliday } from './holidays';
import { allSchedules, changeSchedule, dropWeek, makeSchedule, setWeek } from './schedules';

const Schedule = v.strictObject({ id: Id });
const WeekOf = v.strictObject({ id: Id, validFrom: LocalDate });

const schedules = new Hono<Http>()
  .get(
    '/schedules',
    route({
      summary: 'The schedules',
      description: 'With their weeks and how many follow them today, and the cursor of `admin.dashboard`.',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Schedules },
    }),
    async (c) => c.json((await allSchedules(c.var.scope)) satisfies Schedules),
  )
  .post(
    '/schedules',
    route({
      summary: 'Make a schedule',
      description: 'With its first week, which may hold from a past date on: nobody follows it yet.',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Done },
      problems: [...written, 'name_taken'],
    }),
    jsonOnly,
    keyed,
    input('json', NewSchedule),
    async (c) => {
      const { receipt } = await makeSchedule(c.var.scope, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  )
  .patch(
    '/schedules/:id',
    route({
      summary: 'Rename or retire a schedule',
      description: 'One that somebody follows, today or later, cannot be retired.',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Done },
      problems: [...written, 'not_found', 'name_taken', 'schedule_in_use', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', Schedule),
    input('json', ChangeSchedule),
    async (c) => {
      const { receipt } = await changeSchedule(c.var.scope, c.req.valid('param').id, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  )
  .put(
    '/schedules/:id/weeks',
    route({
      summary: 'Give a schedule another week',
      description:
        'From today or a later date on; the days before keep theirs. The same date again replaces that week.',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Done },
      problems: [...written, 'not_found', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', Schedule),
    input('json', SetWeek),
    async (c) => {
      const { receipt } = await setWeek(c.var.scope, c.req.valid('param').id, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  )
  .delete(
    '/schedules/:id/weeks/:validFrom',
    route({
      summary: 'Take back a week that has not begun',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Done },
      problems: [...written, 'not_found', 'already_begun', 'only_week', 'changed_meanwhile'],
    }),
    keyed,
    input('param', WeekOf),
    async (c) => {
      const { id, validFrom } = c.req.valid('param');
      const { receipt } = await dropWeek(c.var.scope, id, validFrom);
      return c.json({ receipt } satisfies Done);
    },
  );

const followers = new Hono<Http>()
  .get(
    '/schedules/assignments',
    route({
      summary: 'Who follows which schedule',
      description: 'Everyone active, on `date` (today if not given), with what is to come.',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Assignments },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject({ date: v.optional(LocalDate) })),
    async (c) => c.json((await assignmentsOn(c.var.scope, c.req.valid('query').date)) satisfies Assignments),
  )
  .post(
    '/schedules/assignments',
    route({
      summary: 'Let people follow a schedule',
      description:
        'All of them or nobody, from a date on (the day after the last closed one at the earliest, for oneself today), until a date from which something else is said already.',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Done },
      problems: [...written, 'own_day', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', Assign),
    async (c) => {
      const { receipt } = await assign(c.var.scope, c.req.valid('json'));
      return c.json({ receipt } satisfies Done);
    },
  );

const daysOff = new Hono<Http>()
  .get(
    '/holidays',
    route({
      summary: 'Holidays',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Holidays },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject({ from: LocalDate, to: LocalDate })),
    async (c) => {
      const { from, to } = c.req.valid('query');
      return c.json((await holidaysIn(c.var.scope, from, to)) satisfies Holidays);
    },
  )
  .put(
    '/holidays/:date',
    route({
      summary: 'Make a date a holiday',
      description: 'From the day after the last closed one on.',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Done },
      problems: [...written, 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', v.pick(Holiday, ['date'])),
    input('json', NameHoliday),
    async (c) => {
      const { receipt } = await setHoliday(c.var.scope, { ...c.req.valid('param'), ...c.req.valid('json') });
      return c.json({ receipt } satisfies Done);
    },
  )
  .delete(
    '/holidays/:date',
    route({
      summary: 'Make a date an ordinary day again',
      tag: 'Schedules',
      may: 'schedules.manage',
      answers: { 200: Done },
      problems: [...written, 'not_found', 'period_closed', 'changed_meanwhile'],
    }),
    keyed,
    input('param', v.pick(Holiday, ['date'])),
    async (c) => {
      const { receipt } = await dropHoliday(c.var.scope, c.req.valid('param').date);
      return c.json({ receipt } satisfies Done);
    },
  );

export const scheduleRoutes = new Hono<Http>()
  .route('/', schedules)
  .route('/', followers)
  .route('/', daysOff);
