import { Hono } from 'hono';
import * as v from 'valibot';
import { MakeMove, ReleaseMany } from '../../contract/sales/moves';
import {
  InviteRegistrant,
  Membership,
  NewRegistration,
  RegistrantInvited,
  RegistrationChange,
  RegistrationDetails,
  RegistrationList,
  RegistrationsReleased,
} from '../../contract/sales/registrations/registrations';
import { Id, Instant } from '../../contract/values';
import type { Http } from '../../http/env';
import { input, route } from '../../http/route';
import { jsonOnly, keyed, written } from '../../http/writes';
import { move } from '../move';
import { releaseMany } from '../release';
import { inviteRegistrant } from './invitation';
import { membership, registrationDetails, registrationsNow } from './list';
import { register } from './register';
import { registrationChange, registrations } from './registrations';

const tag = 'Registrations';
const OfId = v.strictObject({ id: Id });
const money = ['payment_short', 'payment_not_exact', 'no_drawer'] as const;
/** What the journal's entry of an invitation keeps beside whom it is for. */
const Invited = v.object({ expiresAt: Instant });

export const registrationRoutes = new Hono<Http>()
  .get(
    '/registrations',
    route({
      summary: 'Open registrations, and those closed today',
      description:
        'With the cursor of `registrations`; for those who take registrations also the money, with the cursor of `tills`.',
      tag,
      may: 'registrations.see',
      answers: { 200: RegistrationList },
    }),
    async (c) => c.json((await registrationsNow(c.var.scope)) satisfies RegistrationList),
  )
  .post(
    '/registrations',
    route({
      summary: 'Register a person',
      description:
        'For a package, paid now or later. Its goods are held, its price is the server’s; an email registers once.',
      tag,
      may: 'registrations.take',
      answers: { 200: RegistrationChange },
      problems: [
        ...written,
        ...money,
        ...(['package_inactive', 'product_inactive', 'out_of_stock', 'email_taken'] as const),
        'changed_meanwhile',
      ],
    }),
    jsonOnly,
    keyed,
    input('json', NewRegistration),
    async (c) => c.json(registrationChange(await register(c.var.scope, c.req.valid('json')))),
  )
  .post(
    '/registrations/release',
    route({
      summary: 'Release up to 50 registrations',
      description: 'Those that can be, in one commit; each of the others says why not.',
      tag,
      may: 'registrations.release',
      answers: { 200: RegistrationsReleased },
      problems: [...written, 'changed_meanwhile'],
    }),
    jsonOnly,
    keyed,
    input('json', ReleaseMany),
    async (c) => {
      return c.json(
        (await releaseMany(c.var.scope, registrations, c.req.valid('json'))) satisfies RegistrationsReleased,
      );
    },
  )
  .get(
    '/registrations/:id',
    route({
      summary: 'One registration, with how to reach whoever registered',
      tag,
      may: 'registrations.take',
      answers: { 200: RegistrationDetails },
      problems: ['invalid_input', 'not_found'],
    }),
    input('param', OfId),
    async (c) =>
      c.json((await registrationDetails(c.var.scope, c.req.valid('param').id)) satisfies RegistrationDetails),
  )
  .post(
    '/registrations/:id/moves',
    route({
      summary: 'Move a registration',
      description:
        'What is possible from where, who may, and what must come with it, stands in one table: pay (payment), claim, take_over, put_back, release (receivedBy), undo (within 8 seconds), cancel (reason; a paid one also refund). `version` is the one that was seen.',
      tag,
      may: 'registrations.see',
      answers: { 200: RegistrationChange },
      problems: [
        ...written,
        ...money,
        ...(['not_found', 'moved_meanwhile', 'illegal_move', 'claimed', 'undo_too_late'] as const),
        'changed_meanwhile',
      ],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', MakeMove),
    async (c) => {
      const { id } = c.req.valid('param');
      return c.json(registrationChange(await move(c.var.scope, registrations, id, c.req.valid('json'))));
    },
  )
  .post(
    '/registrations/:id/invitation',
    route({
      summary: 'Invite whoever registered',
      description:
        'Makes their account and a link by which they choose its password, once, within seven days; links before it are spent. Never for an account that is in use, nor for somebody who works here.',
      tag,
      may: 'registrations.take',
      answers: { 200: RegistrantInvited },
      problems: [
        ...written,
        ...(['not_found', 'registration_cancelled', 'email_taken', 'has_account', 'deactivated'] as const),
        'changed_meanwhile',
      ],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', InviteRegistrant),
    async (c) => {
      const { id } = c.req.valid('param');
      const { after, receipt } = await inviteRegistrant(c.var.scope, id, c.req.valid('json'));
      return c.json({ ...v.parse(Invited, after), receipt } satisfies RegistrantInvited);
    },
  )
  .get(
    '/membership',
    route({
      summary: 'My registrations',
      description: 'The latest first, with the cursor of `user.{id}`, which tells how they stand.',
      tag,
      may: 'membership.see',
      answers: { 200: Membership },
    }),
    async (c) => c.json((await membership(c.var.scope)) satisfies Membership),
  );
