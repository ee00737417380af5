import * as v from 'valibot';
import {
  BreakReceipted,
  CheckIn,
  CheckOut,
  ConfirmCheckOut,
  EndBreak,
  Marked,
  PresenceStates,
  Receipted,
  StartBreak,
} from '../contract/attendance/attendance';
import { Proposed } from '../contract/attendance/corrections/corrections';
import { Arrivals, Board, SetMark } from '../contract/attendance/board';
import { MyDays } from '../contract/attendance/my-days';
import { Count, Id, LocalDate } from '../contract/values';
import { mount, read, write } from '../http/declare';
import { checkIn, checkOut, confirmCheckOut, receipted } from './check-in';
import { breakReceipted, endBreak, startBreak } from './breaks';
import { orPropose } from './corrections/review';
import { usualArrivals } from './arrivals';
import { board, myDays, presence } from './days';
import { setMark } from './marks';

export const attendanceRoutes = mount('Attendance', [
  write({
    method: 'post',
    path: '/attendance/check-in',
    summary: 'Check in',
    description: 'Opens a record. A person who is in gets the open record and its first receipt.',
    may: 'self.use',
    body: CheckIn,
    answer: v.union([Receipted, Proposed]),
    problems: ['already_checked_out', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body: { id } }) =>
      orPropose(scope, { kind: 'in', id }, () => checkIn(scope, id), receipted),
  }),
  write({
    method: 'post',
    path: '/attendance/check-out',
    summary: 'Check out',
    description:
      'Closes the named record and its open break. A record that closed by itself gets its true end: within 16 hours of its check-in, before any later record and four hours before the next shift. A closed one answers with its first receipt.',
    may: 'self.use',
    body: CheckOut,
    answer: v.union([Receipted, Proposed]),
    problems: [
      'not_checked_in',
      'already_checked_out',
      'check_out_late',
      'period_closed',
      'changed_meanwhile',
    ],
    handle: (scope, { body: { id } }) =>
      orPropose(scope, { kind: 'out', id }, () => checkOut(scope, id), receipted),
  }),
  write({
    method: 'post',
    path: '/attendance/confirm-check-out',
    summary: 'Confirm when I left',
    description:
      'Sets the end of my record that closed by itself, up to its assumed end. A later end needs a correction.',
    may: 'self.use',
    body: ConfirmCheckOut,
    answer: Receipted,
    problems: ['not_checked_in', 'confirmed_already', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body }) => confirmCheckOut(scope, body),
  }),
  write({
    method: 'post',
    path: '/attendance/break-start',
    summary: 'Start a break',
    description:
      'Starts a break of that kind in the open record; it ends by itself when the day’s allowance is used up. A person who is on a break of that kind gets that break and its first receipt.',
    may: 'self.use',
    body: StartBreak,
    answer: v.union([BreakReceipted, Proposed]),
    problems: ['not_checked_in', 'on_break', 'break_spent', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body }) =>
      orPropose(
        scope,
        { kind: 'break', id: body.id, recordId: body.recordId, breakKind: body.kind },
        () => startBreak(scope, body),
        breakReceipted,
      ),
  }),
  write({
    method: 'post',
    path: '/attendance/break-end',
    summary: 'End a break',
    description:
      'Ends the named break. A break that ended at its allowance gets its true end. An ended break answers with its first receipt.',
    may: 'self.use',
    body: EndBreak,
    answer: v.union([BreakReceipted, Proposed]),
    problems: ['no_such_break', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body: { id } }) =>
      orPropose(scope, { kind: 'back', id }, () => endBreak(scope, id), breakReceipted),
  }),
  write({
    method: 'put',
    path: '/attendance/days/:person/:date/mark',
    summary: 'Mark a person’s day',
    description:
      'Sets the status (null: as derived) and the note (null: none). The person gets the status only. No one marks their own day.',
    may: 'days.mark',
    param: v.strictObject({ person: Id, date: LocalDate }),
    body: SetMark,
    answer: Marked,
    problems: ['own_day', 'not_found', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { param: { person, date }, body }) => setMark(scope, person, date, body),
  }),
  read({
    path: '/attendance/mine',
    summary: 'My days',
    description: 'My records of `days` days up to `to`, and the open one, with the cursor of `user.{id}`.',
    may: 'self.use',
    query: v.strictObject({ to: v.optional(LocalDate), days: v.optional(Count(1, 92), '28') }),
    answer: MyDays,
    problems: ['invalid_input'],
    handle: (scope, { query }) => myDays(scope, query),
  }),
  read({
    path: '/attendance/board',
    summary: 'The board of a day',
    description:
      'Everyone and their records of `date` (today if not given), with the cursor of `admin.dashboard`.',
    may: 'board.watch',
    query: v.strictObject({ date: v.optional(LocalDate) }),
    answer: Board,
    problems: ['invalid_input'],
    handle: (scope, { query: { date } }) => board(scope, date),
  }),
  read({
    path: '/attendance/arrivals',
    summary: 'When people usually arrive',
    description: 'Check-ins by the quarter hour, averaged over the same weekday of the last four weeks.',
    may: 'board.watch',
    query: v.strictObject({ date: LocalDate }),
    answer: Arrivals,
    problems: ['invalid_input'],
    handle: (scope, { query: { date } }) => usualArrivals(scope, date),
  }),
  read({
    path: '/attendance/presence',
    summary: 'Who is in now',
    description: 'Name and since when, with the cursor of `attendance`.',
    may: 'attendance.watch',
    answer: PresenceStates,
    handle: presence,
  }),
]);
