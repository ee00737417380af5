import { Hono } from 'hono';
import * as v from 'valibot';
import {
  Deactivate,
  EditPerson,
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
import type { Http } from '../http/env';
import { input, route } from '../http/route';
import { jsonOnly, keyed, written } from '../http/writes';
import { editPerson } from './editing';
import { setEmployment } from './employment';
import { importPeople } from './import/import';
import { deactivate, reactivate } from './leaving';
import { listedPerson, listPeople } from './list';
import { changeOf } from './people';
import { setRoles } from './roles';
import { createPerson } from './staff';
import { renameDepartment, termsPage } from './terms';

const OfId = v.strictObject({ id: Id });
const Nothing = v.strictObject({});

export const peopleRoutes = new Hono<Http>()
  .get(
    '/people',
    route({
      summary: 'The list of people',
      description: 'A page in the order of names, with the cursor of `admin.employees`.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: PeoplePage },
      problems: ['invalid_input'],
    }),
    input(
      'query',
      v.strictObject({
        q: v.optional(Search(80), ''),
        department: v.optional(v.pipe(v.string(), v.maxLength(80)), ''),
        category: v.optional(v.pipe(v.string(), v.maxLength(80)), ''),
        role: v.optional(v.union([Role, v.literal('')]), ''),
        state: v.optional(v.picklist(['active', 'inactive', 'all']), 'active'),
        after: v.optional(Id),
        limit: v.optional(Count(1, 200), '50'),
      }),
    ),
    async (c) => c.json((await listPeople(c.var.scope, c.req.valid('query'))) satisfies PeoplePage),
  )
  .get(
    '/people/:id',
    route({
      summary: 'One person',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: ListedPerson },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) => c.json((await listedPerson(c.var.scope, c.req.valid('param').id)) satisfies ListedPerson),
  )
  .post(
    '/people',
    route({
      summary: 'Take somebody on',
      description: 'They cannot sign in before they have accepted an invitation.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...written, 'email_taken', 'staff_number_taken', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', NewPerson),
    async (c) => c.json(changeOf(await createPerson(c.var.scope, c.req.valid('json')))),
  )
  .patch(
    '/people/:id',
    route({
      summary: 'Change what is known of a person',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [
        ...written,
        'not_found',
        'email_taken',
        'staff_number_taken',
        'not_employed',
        'own_day',
        'period_closed',
        'changed_meanwhile',
      ],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', EditPerson),
    async (c) =>
      c.json(changeOf(await editPerson(c.var.scope, c.req.valid('param').id, c.req.valid('json')))),
  )
  .put(
    '/people/:id/roles',
    route({
      summary: 'Give a person roles',
      description: 'Their live sockets close, so that every page of theirs asks anew what it may see.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...written, 'not_found', 'last_admin', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', SetRoles),
    async (c) =>
      c.json(changeOf(await setRoles(c.var.scope, c.req.valid('param').id, c.req.valid('json').roles))),
  )
  .post(
    '/people/:id/deactivate',
    route({
      summary: 'Deactivate a person',
      description:
        'Their employment ends after the last day (today if none is named), their account with it: sessions, sockets, an open record. What they did stays.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [
        ...written,
        'not_found',
        'not_oneself',
        'last_admin',
        'last_record',
        'not_employed',
        'period_closed',
        'changed_meanwhile',
      ],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', Deactivate),
    async (c) =>
      c.json(changeOf(await deactivate(c.var.scope, c.req.valid('param').id, c.req.valid('json')))),
  )
  .get(
    '/people/:id/terms',
    route({
      summary: 'A person’s terms of employment',
      description: 'Whole rows, the earliest first, each from a date on.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: Terms },
      problems: ['invalid_input'],
    }),
    input('param', OfId),
    async (c) => c.json((await termsPage(c.var.scope, c.req.valid('param').id)) satisfies Terms),
  )
  .put(
    '/people/:id/employment',
    route({
      summary: 'Put the days of an employment right',
      description:
        'The first and, where there is one, the last day of the latest employment. No day with times may lie outside, and no closed day may change.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...written, 'not_found', 'not_employed', 'own_day', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', SetEmployment),
    async (c) =>
      c.json(changeOf(await setEmployment(c.var.scope, c.req.valid('param').id, c.req.valid('json')))),
  )
  .put(
    '/departments/:id',
    route({
      summary: 'Rename a department',
      description: 'It keeps its id, and with it its people and its past.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: Done },
      problems: [...written, 'not_found', 'name_taken', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', RenameDepartment),
    async (c) => {
      const { id } = c.req.valid('param');
      const { receipt } = await renameDepartment(c.var.scope, id, c.req.valid('json').name);
      return c.json({ receipt } satisfies Done);
    },
  )
  .post(
    '/people/:id/reactivate',
    route({
      summary: 'Reactivate a person',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: PersonChange },
      problems: [...written, 'not_found', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', Nothing),
    async (c) => c.json(changeOf(await reactivate(c.var.scope, c.req.valid('param').id))),
  )
  .post(
    '/people/import',
    route({
      summary: 'Take on or change many people',
      description:
        'A part of a file, at most 100 rows. Each row has its own outcome; a dry run writes nothing. Whoever is here already, by email or staff number, changes only if the row brings the `seenAt` of the dry run that said what would change.',
      tag: 'People',
      may: 'people.manage',
      answers: { 200: ImportReport },
      problems: [...written, 'changed_meanwhile', 'period_closed'],
    }),
    jsonOnly,
    keyed,
    input('json', Import),
    async (c) => c.json((await importPeople(c.var.scope, c.req.valid('json'))) satisfies ImportReport),
  );
