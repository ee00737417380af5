import * as v from 'valibot';
import { Released, ReleaseMany } from '../../contract/sales/moves';
import {
  FindMembers,
  InviteRegistrant,
  MemberList,
  Membership,
  NewRegistration,
  RegistrantInvited,
  RegistrationChange,
  RegistrationDetails,
  RegistrationList,
  registrationMoves,
} from '../../contract/sales/registrations/registrations';
import { Id } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { move } from '../move';
import { moneyProblems, moveRoutes } from '../resources';
import { releaseMany } from '../release';
import { inviteRegistrant } from './invitation';
import { membership, registrationDetails, registrationsNow } from './list';
import { findMembers } from './members';
import { register } from './register';
import { registrationChange, registrations } from './registrations';

const param = v.strictObject({ id: Id });

export const registrationRoutes = mount('Registrations', [
  read({
    path: '/registrations',
    summary: 'Open registrations, and those closed today',
    description:
      'With the cursor of `registrations`; for people who take registrations also the money, with the cursor of `tills`.',
    may: 'registrations.see',
    answer: RegistrationList,
    handle: registrationsNow,
  }),
  write({
    method: 'post',
    path: '/registrations',
    summary: 'Register a person',
    description:
      'For a package, paid now or later. Its goods are held, its price is the server’s. A renewal keeps the member’s number; an email may be of several members, or none.',
    may: 'registrations.take',
    body: NewRegistration,
    answer: RegistrationChange,
    problems: [...moneyProblems, 'package_inactive', 'product_inactive', 'out_of_stock', 'changed_meanwhile'],
    handle: (scope, { body }) => registrationChange(register(scope, body)),
  }),
  write({
    method: 'post',
    path: '/registrations/release',
    summary: 'Release up to 50 registrations',
    description: 'All possible ones in one commit; each of the others has its reason.',
    may: 'registrations.release',
    body: ReleaseMany,
    answer: Released,
    problems: ['changed_meanwhile'],
    handle: (scope, { body }) => releaseMany(scope, registrations, body),
  }),
  read({
    path: '/registrations/:id',
    summary: 'One registration with its contact details',
    may: 'registrations.take',
    param,
    answer: RegistrationDetails,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => registrationDetails(scope, id),
  }),
  ...moveRoutes('registration', registrationMoves, RegistrationChange, (scope, id, input) =>
    registrationChange(move(scope, registrations, id, input)),
  ),
  write({
    method: 'post',
    path: '/registrations/:id/invitation',
    summary: 'Invite a registrant',
    description:
      'Creates an account and a link to choose its password, once, within seven days; earlier links end. Never for an account in use, nor for a person who works here.',
    may: 'registrations.take',
    param,
    body: InviteRegistrant,
    answer: RegistrantInvited,
    problems: [
      'not_found',
      'registration_cancelled',
      'no_email',
      'email_taken',
      'has_account',
      'deactivated',
      'changed_meanwhile',
    ],
    handle: (scope, { param: { id }, body }) => inviteRegistrant(scope, id, body),
  }),
  read({
    path: '/members',
    summary: 'Find members',
    description: 'Whose name, email or mobile number begins so: at most five, without contact details.',
    may: 'registrations.take',
    query: FindMembers,
    answer: MemberList,
    problems: ['invalid_input'],
    handle: (scope, { query }) => findMembers(scope, query),
  }),
  read({
    path: '/membership',
    summary: 'My registrations',
    description: 'The latest first, with the cursor of `user.{id}`, which carries their changes.',
    may: 'membership.see',
    answer: Membership,
    handle: membership,
  }),
]);
