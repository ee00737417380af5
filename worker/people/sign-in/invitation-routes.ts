import { Hono } from 'hono';
import * as v from 'valibot';
import { Receipt } from '../../contract/receipts';
import { AcceptInvitation, Invitation, Invite, Me } from '../../contract/people/people';
import { Id } from '../../contract/values';
import { sha256 } from '../../contract/secrets';
import { mount, write } from '../../http/declare';
import type { Http } from '../../http/env';
import { addressOf } from '../../http/client';
import { keepSession } from '../../http/cookies';
import { input, jsonOnly, route, withJson } from '../../http/route';
import { accept, invite } from './invitations';
import { SESSION_SECONDS } from './sign-in';

const tag = 'People';
const Invited = v.strictObject({ invitation: Invitation, receipt: Receipt });

export const invitationRoutes = new Hono<Http>()
  .route(
    '/',
    mount(tag, [
      write({
        method: 'post',
        path: '/people/:id/invitation',
        summary: 'Invite a person',
        description:
          'Anyone with the link can choose the person’s password, once, within seven days. Earlier invitations end.',
        may: 'people.manage',
        param: v.strictObject({ id: Id }),
        body: Invite,
        answer: Invited,
        problems: ['not_found', 'deactivated', 'changed_meanwhile'],
        async handle(scope, { param: { id }, body: { hash } }) {
          const { after, receipt } = await invite(scope, id, hash);
          return { invitation: v.parse(Invitation, after), receipt };
        },
      }),
    ]),
  )
  .post(
    '/invitations/accept',
    route({
      summary: 'Accept an invitation',
      description: 'Sets the password and signs the person in. Tries are counted by address.',
      tag,
      may: 'anyone',
      answers: { 200: Me },
      problems: [...withJson, 'invitation_spent', 'too_many_tries'],
    }),
    jsonOnly,
    input('json', AcceptInvitation),
    async (c) => {
      const json = c.req.valid('json');
      const { me, token } = await accept(c.var.scope, json, await sha256(json.token), addressOf(c));
      await keepSession(c, token, me.email, SESSION_SECONDS);
      return c.json(me satisfies Me);
    },
  );
