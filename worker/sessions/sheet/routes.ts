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
import { download, mount, read, write } from '../../http/declare';
import { formats, saved } from '../../http/table';
import { sheetFile, trendsFile } from './files';
import { answerRequest, dismissFlags, excuse, markByHand } from './hand';
import { sessionStats, sheetOf } from './sheet';
import { TrendsQuery, trends } from './trends';

const OfId = v.strictObject({ id: Id });
const OfPerson = v.strictObject({ id: Id, person: Id });
const host = 'sessions.host';
const changed = ['not_found', 'illegal_move', 'session_locked', 'changed_meanwhile'] as const;

export const sheetRoutes = mount('Who came', [
  read({
    path: '/sessions/trends',
    summary: 'How often people came',
    description:
      'Over ended sessions, by person, group or course: your own sessions, or all for people who read reports.',
    may: host,
    query: TrendsQuery,
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
    summary: 'Mark a person by hand',
    description: 'Null removes the mark.',
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
    path: '/sessions/:id/attendance/:person/dismiss-flags',
    summary: 'Dismiss the flags of a scan',
    may: host,
    param: OfPerson,
    body: v.strictObject({}),
    answer: AttendeeChange,
    problems: changed,
    handle: (scope, { param: { id, person } }) => dismissFlags(scope, id, person),
  }),
  write({
    method: 'put',
    path: '/sessions/:id/excuses/:person',
    summary: 'Excuse a person in advance',
    description: 'A person who does not come is then excused, not absent. Null removes the excuse.',
    may: host,
    param: OfPerson,
    body: v.strictObject({ reason: v.nullable(WithReason.entries.reason) }),
    answer: AttendeeChange,
    problems: changed,
    handle: (scope, { param: { id, person }, body }) => excuse(scope, id, person, body.reason),
  }),
  ...formats.flatMap(({ format, words }) => [
    download({
      path: `/sessions/trends.${format}`,
      summary: `How often people came, as ${words}`,
      may: host,
      query: TrendsQuery,
      problems: ['invalid_input'],
      handle: async (scope, { query }) => saved(await trendsFile(scope, query, format), format, 'trends'),
    }),
    download({
      path: `/sessions/:id/attendance.${format}`,
      summary: `The list as ${words}`,
      may: host,
      param: OfId,
      problems: ['invalid_input', 'not_found'],
      handle: async (scope, { param: { id } }) =>
        saved(await sheetFile(scope, id, format), format, 'session'),
    }),
  ]),
]);
