import { Hono } from 'hono';
import * as v from 'valibot';
import {
  ApproveCorrection,
  Correction,
  CorrectionState,
  EnterDay,
  EnterDays,
  EnteredDay,
  OwnCorrections,
  RejectCorrection,
  RequestCorrection,
  WithdrawCorrection,
} from '../../contract/attendance/corrections/corrections';
import { Corrections, PersonDays } from '../../contract/attendance/corrections/requests';
import { Count, Id, LocalDate } from '../../contract/values';
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { jsonOnly, keyed, written } from '../../http/writes';
import { approve, reject, withdraw } from './decide';
import { enterDay, enterDays } from './enter';
import { corrections, ownCorrections } from './lists';
import { personDays } from './person-days';
import { requestCorrection } from './request';

const tag = 'Corrections';
const Named = v.strictObject({ id: Id });
const page = { after: v.optional(Id), limit: v.optional(Count(1, 200), '50') };

export const correctionRoutes = new Hono<Http>()
  .post(
    '/corrections',
    route({
      summary: 'Ask for a correction',
      description:
        'How one to three of one’s own days should be: their records with their breaks, also none. An open record stays open. Somebody else decides.',
      tag,
      may: 'self.use',
      answers: { 200: Correction },
      problems: [
        ...written,
        'not_found',
        'overlap',
        'correction_pending',
        'period_closed',
        'changed_meanwhile',
      ],
    }),
    jsonOnly,
    keyed,
    input('json', RequestCorrection),
    async (c) => c.json((await requestCorrection(c.var.scope, c.req.valid('json'))) satisfies Correction),
  )
  .get(
    '/attendance/people/:person/days',
    route({
      summary: 'Somebody’s days',
      description: 'Their records of `date` and of the two days before and after it, to correct them.',
      tag,
      may: 'days.enter',
      answers: { 200: PersonDays },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', v.strictObject({ person: Id })),
    input('query', v.strictObject({ date: LocalDate })),
    async (c) =>
      c.json(
        (await personDays(
          c.var.scope,
          c.req.valid('param').person,
          c.req.valid('query').date,
        )) satisfies PersonDays,
      ),
  )
  .post(
    '/attendance/people/:person/days',
    route({
      summary: 'Enter somebody’s days',
      description:
        'How one to three of their days should be; they change at once, and the person is notified. With `before`, only if the days are still as they were seen. Nobody enters their own.',
      tag,
      may: 'days.enter',
      answers: { 200: Correction },
      problems: [...written, 'not_found', 'own_day', 'overlap', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('param', v.strictObject({ person: Id })),
    input('json', EnterDays),
    async (c) =>
      c.json(
        (await enterDays(c.var.scope, c.req.valid('param').person, c.req.valid('json'))) satisfies Correction,
      ),
  )
  .post(
    '/attendance/days',
    route({
      summary: 'Enter a day for many people',
      description:
        'The same records for up to 50 people, each by the clock of their own zone, with an outcome for each.',
      tag,
      may: 'days.enter',
      answers: { 200: EnteredDay },
      problems: [...written, 'not_found', 'period_closed', 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', EnterDay),
    async (c) => c.json((await enterDay(c.var.scope, c.req.valid('json'))) satisfies EnteredDay),
  )
  .get(
    '/corrections/mine',
    route({
      summary: 'My corrections',
      description: 'Newest first, those after `after` if given, with the cursor of `user.{id}`.',
      tag,
      may: 'self.use',
      answers: { 200: OwnCorrections },
      problems: ['invalid_input'],
    }),
    input('query', v.strictObject(page)),
    async (c) => c.json((await ownCorrections(c.var.scope, c.req.valid('query'))) satisfies OwnCorrections),
  )
  .get(
    '/corrections',
    route({
      summary: 'Everybody’s corrections',
      description:
        'Those that wait (`pending`) oldest first, others newest first; those after `after` if given; with the cursor of `admin.dashboard`.',
      tag,
      may: 'corrections.decide',
      answers: { 200: Corrections },
      problems: ['invalid_input'],
    }),
    input(
      'query',
      v.strictObject({ ...page, state: v.optional(v.picklist([...CorrectionState.options, 'decided'])) }),
    ),
    async (c) => c.json((await corrections(c.var.scope, c.req.valid('query'))) satisfies Corrections),
  )
  .post(
    '/corrections/:id/withdraw',
    route({
      summary: 'Take one’s own request back',
      tag,
      may: 'self.use',
      answers: { 200: Correction },
      problems: [...written, 'not_found', 'already_decided'],
    }),
    jsonOnly,
    keyed,
    input('param', Named),
    input('json', WithdrawCorrection),
    async (c) => c.json((await withdraw(c.var.scope, c.req.valid('param').id)) satisfies Correction),
  )
  .post(
    '/corrections/:id/approve',
    route({
      summary: 'Approve a correction',
      description:
        'The days become as they were asked for; what their person has tapped since is kept. Nobody approves their own, unless nobody else may.',
      tag,
      may: 'corrections.decide',
      answers: { 200: Correction },
      problems: [
        ...written,
        'not_found',
        'own_correction',
        'already_decided',
        'changed_meanwhile',
        'overlap',
        'period_closed',
      ],
    }),
    jsonOnly,
    keyed,
    input('param', Named),
    input('json', ApproveCorrection),
    async (c) =>
      c.json(
        (await approve(
          c.var.scope,
          c.req.valid('param').id,
          c.req.valid('json').answer,
        )) satisfies Correction,
      ),
  )
  .post(
    '/corrections/:id/reject',
    route({
      summary: 'Reject a correction',
      description: 'With a reason. Nobody rejects their own: they withdraw it.',
      tag,
      may: 'corrections.decide',
      answers: { 200: Correction },
      problems: [...written, 'not_found', 'own_correction', 'already_decided'],
    }),
    jsonOnly,
    keyed,
    input('param', Named),
    input('json', RejectCorrection),
    async (c) =>
      c.json(
        (await reject(c.var.scope, c.req.valid('param').id, c.req.valid('json').answer)) satisfies Correction,
      ),
  );
