import * as v from 'valibot';
import {
  Deactivate,
  EditPerson,
  Erase,
  Import,
  ImportReport,
  ListedPerson,
  NewPerson,
  PeoplePage,
  PersonChange,
  RenameDepartment,
  SetEmployment,
  SetRoles,
  Terms,
} from '../contract/people/people';
import { Done } from '../contract/receipts';
import { Role } from '../contract/roles';
import { Search } from '../contract/text';
import { Count, Id } from '../contract/values';
import { done, download, mount, read, write } from '../http/declare';
import { editPerson } from './editing';
import { setEmployment } from './employment';
import { erasePerson } from './erasure/erase';
import { exportOf } from './erasure/export';
import { importPeople } from './import/import';
import { deactivate, reactivate } from './leaving';
import { listedPerson, listPeople } from './list';
import { changed } from './people';
import { setRoles } from './roles';
import { createPerson } from './staff';
import { renameDepartment, termsPage } from './terms';

const OfId = v.strictObject({ id: Id });
const Nothing = v.strictObject({});

export const peopleRoutes = mount('People', [
  read({
    path: '/people',
    summary: 'The list of people',
    description: 'A page by name, with the cursor of `admin.employees`.',
    may: 'people.manage',
    query: v.strictObject({
      q: v.optional(Search(80), ''),
      department: v.optional(v.pipe(v.string(), v.maxLength(80)), ''),
      category: v.optional(v.pipe(v.string(), v.maxLength(80)), ''),
      role: v.optional(v.union([Role, v.literal('')]), ''),
      state: v.optional(v.picklist(['active', 'inactive', 'all']), 'active'),
      after: v.optional(Id),
      limit: v.optional(Count(1, 200), '50'),
    }),
    answer: PeoplePage,
    problems: ['invalid_input'],
    handle: (scope, { query }) => listPeople(scope, query),
  }),
  read({
    path: '/people/:id',
    summary: 'One person',
    may: 'people.manage',
    param: OfId,
    answer: ListedPerson,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => listedPerson(scope, id),
  }),
  write({
    method: 'post',
    path: '/people',
    summary: 'Add a person',
    description: 'The person can sign in after they accept an invitation.',
    may: 'people.manage',
    body: NewPerson,
    answer: PersonChange,
    problems: ['email_taken', 'staff_number_taken', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body }) => changed(createPerson(scope, body)),
  }),
  write({
    method: 'patch',
    path: '/people/:id',
    summary: 'Change a person',
    may: 'people.manage',
    param: OfId,
    body: EditPerson,
    answer: PersonChange,
    problems: [
      'not_found',
      'erased',
      'email_taken',
      'staff_number_taken',
      'not_employed',
      'own_day',
      'period_closed',
      'changed_meanwhile',
    ],
    handle: (scope, { param: { id }, body }) => changed(editPerson(scope, id, body)),
  }),
  write({
    method: 'put',
    path: '/people/:id/roles',
    summary: 'Set a person’s roles',
    description: 'Their live sockets close, so that each of their pages loads again with the new roles.',
    may: 'people.manage',
    param: OfId,
    body: SetRoles,
    answer: PersonChange,
    problems: ['not_found', 'erased', 'last_admin', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body: { roles } }) => changed(setRoles(scope, id, roles)),
  }),
  write({
    method: 'post',
    path: '/people/:id/deactivate',
    summary: 'Deactivate a person',
    description:
      'Their employment ends after the last day (today if none is given). Then their sessions, sockets and open record end too. Their past records stay.',
    may: 'people.manage',
    param: OfId,
    body: Deactivate,
    answer: PersonChange,
    problems: [
      'not_found',
      'erased',
      'not_oneself',
      'last_admin',
      'last_record',
      'not_employed',
      'period_closed',
      'changed_meanwhile',
    ],
    handle: (scope, { param: { id }, body }) => changed(deactivate(scope, id, body)),
  }),
  read({
    path: '/people/:id/terms',
    summary: 'A person’s terms of employment',
    description: 'Each row holds from a date on; the earliest first.',
    may: 'people.manage',
    param: OfId,
    answer: Terms,
    problems: ['invalid_input'],
    handle: (scope, { param: { id } }) => termsPage(scope, id),
  }),
  write({
    method: 'put',
    path: '/people/:id/employment',
    summary: 'Correct the days of an employment',
    description:
      'The first and, where there is one, the last day of the latest employment. No day with times may lie outside, and no closed day may change.',
    may: 'people.manage',
    param: OfId,
    body: SetEmployment,
    answer: PersonChange,
    problems: ['not_found', 'erased', 'not_employed', 'own_day', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body }) => changed(setEmployment(scope, id, body)),
  }),
  write({
    method: 'put',
    path: '/departments/:id',
    summary: 'Rename a department',
    description: 'It keeps its id, its people and its past.',
    may: 'people.manage',
    param: OfId,
    body: RenameDepartment,
    answer: Done,
    problems: ['not_found', 'name_taken', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body: { name } }) => done(renameDepartment(scope, id, name)),
  }),
  write({
    method: 'post',
    path: '/people/:id/reactivate',
    summary: 'Reactivate a person',
    may: 'people.manage',
    param: OfId,
    body: Nothing,
    answer: PersonChange,
    problems: ['not_found', 'erased', 'changed_meanwhile'],
    handle: (scope, { param: { id } }) => changed(reactivate(scope, id)),
  }),
  download({
    path: '/people/:id/export',
    summary: 'A person’s data',
    description: 'All that is stored about them, as one JSON file.',
    may: 'people.erase',
    param: OfId,
    problems: ['invalid_input', 'not_found'],
    handle: async (scope, { param: { id } }) =>
      new Response(await exportOf(scope, id), {
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'Content-Disposition': `attachment; filename="person-${id}.json"`,
        },
      }),
  }),
  write({
    method: 'post',
    path: '/people/:id/erasure',
    summary: 'Erase a person',
    description:
      'For a deactivated person, and for ever: name, contacts, photos, notes, and the contents of journal entries about them. Hours, sales and attendance stay without a name.',
    may: 'people.erase',
    param: OfId,
    body: Erase,
    answer: Done,
    problems: ['not_found', 'not_oneself', 'still_active', 'changed_meanwhile'],
    handle: (scope, { param: { id }, body: { reason } }) => done(erasePerson(scope, id, reason)),
  }),
  write({
    method: 'post',
    path: '/people/import',
    summary: 'Add or change many people',
    description:
      'A part of a file, at most 100 rows. Each row has its own outcome; a dry run writes nothing. An email or staff number finds an existing person. That person changes only if the row has the `seenAt` of the dry run.',
    may: 'people.manage',
    body: Import,
    answer: ImportReport,
    problems: ['changed_meanwhile', 'period_closed'],
    handle: (scope, { body }) => importPeople(scope, body),
  }),
]);
