import * as v from 'valibot';
import { Done } from '../../contract/receipts';
import {
  Catalogue,
  Enrol,
  Enrolled,
  Members,
  PutCourse,
  PutGroup,
} from '../../contract/sessions/roster/courses';
import { Id } from '../../contract/values';
import { done, mount, read, write } from '../../http/declare';
import { catalogue, leave, membersOf, putCourse, putGroup } from './catalogue';
import { enrol } from './enrol';

const param = v.strictObject({ id: Id });

export const courseRoutes = mount('Courses and groups', [
  read({
    path: '/catalogue',
    summary: 'Courses, groups and who may be a host',
    description: 'With the cursor of `sessions`.',
    may: 'sessions.host',
    answer: Catalogue,
    handle: catalogue,
  }),
  write({
    method: 'put',
    path: '/courses/:id',
    summary: 'Create or change a course',
    may: 'sessions.host',
    param,
    body: PutCourse,
    answer: Done,
    problems: ['name_taken'],
    handle: (scope, { param: { id }, body }) => done(putCourse(scope, id, body)),
  }),
  write({
    method: 'put',
    path: '/groups/:id',
    summary: 'Create or change a group',
    may: 'sessions.host',
    param,
    body: PutGroup,
    answer: Done,
    problems: ['name_taken'],
    handle: (scope, { param: { id }, body }) => done(putGroup(scope, id, body)),
  }),
  read({
    path: '/groups/:id/members',
    summary: 'The members of a group',
    may: 'sessions.host',
    param,
    answer: Members,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => membersOf(scope, id),
  }),
  write({
    method: 'post',
    path: '/groups/:id/members',
    summary: 'Add people to a group',
    description:
      'By their emails, at most 500 lines. Each has its own outcome. A dry run writes nothing, and says only to admins which emails are known.',
    may: 'sessions.host',
    param,
    body: Enrol,
    answer: Enrolled,
    problems: ['not_found', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => enrol(scope, id, body),
  }),
  write({
    method: 'delete',
    path: '/groups/:id/members/:person',
    summary: 'Remove a person from a group',
    description: 'Later sessions do not count for them; earlier ones do.',
    may: 'sessions.host',
    param: v.strictObject({ id: Id, person: Id }),
    answer: Done,
    problems: ['changed_meanwhile'],
    handle: (scope, { param: { id, person } }) => done(leave(scope, id, person)),
  }),
]);
