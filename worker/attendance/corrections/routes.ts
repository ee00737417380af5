import * as v from 'valibot';
import {
  Correction,
  CorrectionState,
  OwnCorrections,
} from '../../contract/attendance/corrections/corrections';
import {
  ApproveCorrection,
  EnterDay,
  EnterDays,
  EnteredDay,
  RejectCorrection,
  RequestCorrection,
  WithdrawCorrection,
} from '../../contract/attendance/corrections/proposals';
import { Corrections, PersonDays } from '../../contract/attendance/corrections/requests';
import { Count, Id, LocalDate } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { approve, reject, withdraw } from './decide';
import { enterDay, enterDays } from './enter';
import { corrections, ownCorrections } from './lists';
import { personDays } from './person-days';
import { requestCorrection } from './request';

const OfId = v.strictObject({ id: Id });
const page = { after: v.optional(Id), limit: v.optional(Count(1, 200), '50') };

export const correctionRoutes = mount('Corrections', [
  write({
    method: 'post',
    path: '/corrections',
    summary: 'Request a correction',
    description:
      'Proposes records and breaks, or none, for one to three of my days. An open record stays open. Another person decides.',
    may: 'self.use',
    body: RequestCorrection,
    answer: Correction,
    problems: ['not_found', 'overlap', 'correction_pending', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body }) => requestCorrection(scope, body),
  }),
  read({
    path: '/attendance/people/:person/days',
    summary: 'A person’s days',
    description: 'Their records of `date` and of the two days before and after it, to correct them.',
    may: 'days.enter',
    param: v.strictObject({ person: Id }),
    query: v.strictObject({ date: LocalDate }),
    answer: PersonDays,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { person }, query: { date } }) => personDays(scope, person, date),
  }),
  write({
    method: 'post',
    path: '/attendance/people/:person/days',
    summary: 'Enter a person’s days',
    description:
      'Replaces one to three of their days and notifies the person. With `before`, the days change only if they still equal it. No one enters their own.',
    may: 'days.enter',
    param: v.strictObject({ person: Id }),
    body: EnterDays,
    answer: Correction,
    problems: ['not_found', 'own_day', 'overlap', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { param: { person }, body }) => enterDays(scope, person, body),
  }),
  write({
    method: 'post',
    path: '/attendance/days',
    summary: 'Enter a day for many people',
    description:
      'The same records for up to 50 people, each by the wall time of their own zone, with an outcome for each.',
    may: 'days.enter',
    body: EnterDay,
    answer: EnteredDay,
    problems: ['not_found', 'period_closed', 'changed_meanwhile'],
    handle: (scope, { body }) => enterDay(scope, body),
  }),
  read({
    path: '/corrections/mine',
    summary: 'My corrections',
    description: 'Newest first, those after `after` if given, with the cursor of `user.{id}`.',
    may: 'self.use',
    query: v.strictObject(page),
    answer: OwnCorrections,
    problems: ['invalid_input'],
    handle: (scope, { query }) => ownCorrections(scope, query),
  }),
  read({
    path: '/corrections',
    summary: 'All corrections',
    description:
      'The pending ones oldest first, others newest first; those after `after` if given; with the cursor of `admin.dashboard`.',
    may: 'corrections.decide',
    query: v.strictObject({
      ...page,
      state: v.optional(v.picklist([...CorrectionState.options, 'decided'])),
    }),
    answer: Corrections,
    problems: ['invalid_input'],
    handle: (scope, { query }) => corrections(scope, query),
  }),
  write({
    method: 'post',
    path: '/corrections/:id/withdraw',
    summary: 'Withdraw my request',
    may: 'self.use',
    param: OfId,
    body: WithdrawCorrection,
    answer: Correction,
    problems: ['not_found', 'already_decided'],
    handle: (scope, { param: { id } }) => withdraw(scope, id),
  }),
  write({
    method: 'post',
    path: '/corrections/:id/approve',
    summary: 'Approve a correction',
    description:
      'The days become as requested; later check-ins and breaks of the person are kept. No one approves their own, unless no other person may.',
    may: 'corrections.decide',
    param: OfId,
    body: ApproveCorrection,
    answer: Correction,
    problems: [
      'not_found',
      'own_correction',
      'already_decided',
      'changed_meanwhile',
      'overlap',
      'period_closed',
    ],
    handle: (scope, { param: { id }, body: { answer } }) => approve(scope, id, answer),
  }),
  write({
    method: 'post',
    path: '/corrections/:id/reject',
    summary: 'Reject a correction',
    description: 'With a reason. No one rejects their own request; they withdraw it.',
    may: 'corrections.decide',
    param: OfId,
    body: RejectCorrection,
    answer: Correction,
    problems: ['not_found', 'own_correction', 'already_decided'],
    handle: (scope, { param: { id }, body: { answer } }) => reject(scope, id, answer),
  }),
]);
