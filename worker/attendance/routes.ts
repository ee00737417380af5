import { Hono } from 'hono';
import * as v from 'valibot';
import {
  Arrivals,
  Board,
  BreakReceipted,
  CheckIn,
  CheckOut,
  ConfirmCheckOut,
  EndBreak,
  Marked,
  Receipted,
  SetMark,
  Standings,
  StartBreak,
} from '../contract/attendance/attendance';
import { MyDays } from '../contract/attendance/my-days';
import { Count, Id, LocalDate } from '../contract/values';
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly, keyed, written } from '../http/writes';
import { checkIn, checkOut, confirmCheckOut } from './check-in';
import { endBreak, startBreak } from './breaks';
import { usualArrivals } from './arrivals';
import { board, myDays, standings } from './days';
import { setMark } from './marks';

const tag = 'Attendance';

export const attendanceRoutes = new Hono<Http>()
  .post(
    '/attendance/check-in',
    route({
      summary: 'Check in',
      description: 'Opens a record. A person who is in already gets the open record and its first receipt.',
      tag,
      may: 'self.use',
      answers: { 200: Receipted },
      problems: [...written, 'already_checked_out', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', CheckIn),
    async (c) => c.json((await checkIn(c.var.scope, c.req.valid('json').id)) satisfies Receipted),
  )
  .post(
    '/attendance/check-out',
    route({
      summary: 'Check out',
      description:
        'Closes the named record, and the break that is on. One that was closed by itself gets its true end, within 16 hours of its check-in, before any later record and four hours before the next shift. A closed one answers with its first receipt.',
      tag,
      may: 'self.use',
      answers: { 200: Receipted },
      problems: [
        ...written,
        'not_checked_in',
        'already_checked_out',
        'check_out_late',
        'period_closed',
        'changed_meanwhile',
      ],
    }),
    jsonOnly,
    keyed,
    input('json', CheckOut),
    async (c) => c.json((await checkOut(c.var.scope, c.req.valid('json').id)) satisfies Receipted),
  )
  .post(
    '/attendance/confirm-check-out',
    route({
      summary: 'Say when one left',
      description:
        'The end of one’s own record that was closed by itself, up to its assumed end. A later end is asked for as a correction.',
      tag,
      may: 'self.use',
      answers: { 200: Receipted },
      problems: [...written, 'not_checked_in', 'confirmed_already', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', ConfirmCheckOut),
    async (c) => c.json((await confirmCheckOut(c.var.scope, c.req.valid('json'))) satisfies Receipted),
  )
  .post(
    '/attendance/break-start',
    route({
      summary: 'Start a break',
      description:
        'Starts a break of that kind in the open record; it ends by itself when the day’s allowance is used up. A person on a break of that kind already gets that one and its first receipt.',
      tag,
      may: 'self.use',
      answers: { 200: BreakReceipted },
      problems: [...written, 'not_checked_in', 'on_break', 'break_spent', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', StartBreak),
    async (c) => c.json((await startBreak(c.var.scope, c.req.valid('json'))) satisfies BreakReceipted),
  )
  .post(
    '/attendance/break-end',
    route({
      summary: 'End a break',
      description:
        'Ends the named break. One that was assumed to end at its allowance gets its true end. An ended one answers with its first receipt.',
      tag,
      may: 'self.use',
      answers: { 200: BreakReceipted },
      problems: [...written, 'no_such_break', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', EndBreak),
    async (c) => c.json((await endBreak(c.var.scope, c.req.valid('json').id)) satisfies BreakReceipted),
  )
  .put(
    '/attendance/days/:person/:date/mark',
    route({
      summary: 'Mark somebody’s day',
      description:
        'Sets the status (null: as derived) and the note (null: none). Only the status is published to the person. Nobody marks their own day.',
      tag,
      may: 'days.mark',
      answers: { 200: Marked },
      problems: [...written, 'own_day', 'not_found', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', v.strictObject({ person: Id, date: LocalDate })),
    input('json', SetMark),
    async (c) => {
      const { person, date } = c.req.valid('param');
      return c.json((await setMark(c.var.scope, person, date, c.req.valid('json'))) satisfies Marked);
    },
  )
  .get(
    '/attendance/mine',
    route({
      summary: 'My days',
      description:
        'One’s own records of `days` days up to `to`, and the open one, with the cursor of `user.{id}`.',
      tag,
      may: 'self.use',
      answers: { 200: MyDays },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject({ to: v.optional(LocalDate), days: v.optional(Count(1, 92), '28') })),
    async (c) => c.json((await myDays(c.var.scope, c.req.valid('query'))) satisfies MyDays),
  )
  .get(
    '/attendance/board',
    route({
      summary: 'The board of a day',
      description:
        'Everyone and their records of `date` (today if not given), with the cursor of `admin.dashboard`.',
      tag,
      may: 'board.watch',
      answers: { 200: Board },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject({ date: v.optional(LocalDate) })),
    async (c) => c.json((await board(c.var.scope, c.req.valid('query').date)) satisfies Board),
  )
  .get(
    '/attendance/arrivals',
    route({
      summary: 'When people usually arrive',
      description: 'Check-ins by the quarter hour, averaged over the same weekday of the last four weeks.',
      tag,
      may: 'board.watch',
      answers: { 200: Arrivals },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject({ date: LocalDate })),
    async (c) => c.json((await usualArrivals(c.var.scope, c.req.valid('query').date)) satisfies Arrivals),
  )
  .get(
    '/attendance/standings',
    route({
      summary: 'Who is in now',
      description: 'Name and since when, with the cursor of `attendance`.',
      tag,
      may: 'attendance.watch',
      answers: { 200: Standings },
    }),
    async (c) => c.json((await standings(c.var.scope)) satisfies Standings),
  );
