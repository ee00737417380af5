import * as v from 'valibot';
import {
  AskPass,
  AskTicket,
  Code,
  MySession,
  Pass,
  Scanned,
  TakePart,
  Ticket,
} from '../../contract/sessions/sessions';
import { Id } from '../../contract/values';
import { mount, read } from '../../http/declare';
import { deviceOf, doorOf } from '../../http/door';
import { input, route } from '../../http/route';
import { jsonOnly, keyed, written } from '../../http/writes';
import { Refusal } from '../../refusal';
import { ownSession, takePart } from './part';
import { codeNow, codeSocket } from './screen';
import { issuePass, issueTicket } from './ticket';

const tag = 'Scans';
const OfId = v.strictObject({ id: Id });
const unkeyed = ['malformed_json', 'invalid_input', 'not_json', 'foreign_origin', 'body_too_large'] as const;
const closed = ['not_found', 'too_early', 'session_over', 'session_cancelled', 'session_locked'] as const;

export const scanRoutes = mount(tag, [
  read({
    path: '/sessions/:id/code',
    summary: 'The code of this moment',
    description: 'For hosts’ screens whose socket is down: ask again after `leftMs`.',
    may: 'sessions.host',
    param: OfId,
    answer: Code,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => codeNow(scope, id),
  }),
  read({
    path: '/sessions/:id/part',
    summary: 'One’s own part in a session',
    description: 'With the session, and the cursor of one’s own channel, which tells `session.marked`.',
    may: 'sessions.attend',
    param: OfId,
    answer: MySession,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => ownSession(scope, id),
  }),
])
  .get(
    '/sessions/:id/code/socket',
    route({
      summary: 'Follow the code by WebSocket',
      description: 'Each message is a code. Send `next` to be told at once.',
      tag,
      may: 'sessions.host',
      answers: { 101: null },
      problems: ['upgrade_required', 'foreign_origin', 'invalid_input', 'not_found'],
    }),
    input('param', OfId),
    (c) => {
      if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') throw new Refusal('upgrade_required');
      return codeSocket(c.var.scope, c.req.valid('param').id);
    },
  )
  .post(
    '/sessions/:id/passes',
    route({
      summary: 'Hold the moment of a scan',
      description:
        'For whoever scans before they have signed in: the pass becomes a ticket afterwards. In strict mode there are none: sign in, then scan.',
      tag,
      may: 'anyone',
      answers: { 200: Pass },
      problems: [...unkeyed, ...closed, 'not_signed_in', 'code_expired', 'too_many_tries', 'unavailable'],
    }),
    jsonOnly,
    input('param', OfId),
    input('json', AskPass),
    async (c) => {
      const { token } = c.req.valid('json');
      return c.json((await issuePass(c.var.scope, c.req.valid('param').id, token, doorOf(c))) satisfies Pass);
    },
  )
  .post(
    '/sessions/:id/tickets',
    route({
      summary: 'Exchange a scan for a ticket',
      description:
        'A scanned token, a typed code or a pass. The ticket is good once, for this person, for five minutes.',
      tag,
      may: 'sessions.attend',
      answers: { 200: Ticket },
      problems: [
        ...unkeyed,
        ...closed,
        'code_expired',
        'not_on_list',
        'ticket_spent',
        'too_many_tries',
        'unavailable',
      ],
    }),
    jsonOnly,
    input('param', OfId),
    input('json', AskTicket),
    async (c) => {
      const { id } = c.req.valid('param');
      const answer = await issueTicket(c.var.scope, id, c.req.valid('json'), doorOf(c));
      return c.json(answer satisfies Ticket);
    },
  )
  .post(
    '/sessions/:id/attendance',
    route({
      summary: 'Join in a session',
      description:
        'Spends a ticket. Where the session asks for a position and it is missing or outside, `ask` asks a host instead. No refusal spends the ticket.',
      tag,
      may: 'sessions.attend',
      answers: { 200: Scanned },
      problems: [...written, ...closed, 'ticket_spent', 'position_needed', 'outside_area', 'marked_already'],
    }),
    jsonOnly,
    keyed,
    input('param', OfId),
    input('json', TakePart),
    async (c) => {
      const { id } = c.req.valid('param');
      const answer = await takePart(c.var.scope, id, c.req.valid('json'), deviceOf(c));
      return c.json(answer satisfies Scanned);
    },
  );
