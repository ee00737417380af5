import * as v from 'valibot';
import {
  RequestPass,
  RequestTicket,
  Code,
  MySession,
  Pass,
  Scanned,
  JoinSession,
  OfflineScan,
  Ticket,
} from '../../contract/sessions/sessions';
import { Id } from '../../contract/values';
import { mount, read, write } from '../../http/declare';
import { addressOf } from '../../http/client';
import { deviceOf } from '../../http/cookies';
import { input, route } from '../../http/route';
import { Refusal } from '../../refusal';
import { ownSession, joinSession } from './participation';
import { scanOffline } from './offline';
import { codeNow, codeSocket } from './screen';
import { issuePass, issueTicket } from './ticket';

const tag = 'Scans';
const OfId = v.strictObject({ id: Id });
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
    path: '/sessions/:id/participation',
    summary: 'Your own participation in a session',
    description: 'With the session, and the cursor of your own channel, which carries `session.marked`.',
    may: 'sessions.attend',
    param: OfId,
    answer: MySession,
    problems: ['invalid_input', 'not_found'],
    handle: (scope, { param: { id } }) => ownSession(scope, id),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/passes',
    summary: 'Hold the moment of a scan',
    description:
      'For people who scan before they sign in: on the same device the pass becomes a ticket afterwards, and the host sees that it did. A device has one for each code. In strict mode there are none: sign in, then scan.',
    may: 'anyone',
    keyless: true,
    param: OfId,
    body: RequestPass,
    answer: Pass,
    problems: [...closed, 'not_signed_in', 'code_expired', 'ticket_spent', 'too_many_tries'],
    handle: (scope, { param: { id }, body: { token } }, c) =>
      issuePass(scope, id, token, { address: addressOf(c), device: deviceOf(c) }),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/tickets',
    summary: 'Exchange a scan for a ticket',
    description:
      'A scanned token, a typed code or a pass. The ticket is good once, for this person, for five minutes.',
    may: 'sessions.attend',
    keyless: true,
    param: OfId,
    body: RequestTicket,
    answer: Ticket,
    problems: [...closed, 'code_expired', 'not_on_list', 'ticket_spent', 'too_many_tries'],
    handle: (scope, { param: { id }, body }, c) => issueTicket(scope, id, body, deviceOf(c)),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/attendance',
    summary: 'Join a session',
    description:
      'Spends a ticket. Where the session requires a location and it is missing or outside, `ask` asks a host instead. No refusal spends the ticket.',
    may: 'sessions.attend',
    param: OfId,
    body: JoinSession,
    answer: Scanned,
    problems: [...closed, 'not_on_list', 'ticket_spent', 'position_needed', 'outside_area', 'marked_already'],
    handle: (scope, { param: { id }, body }, c) => joinSession(scope, id, body, deviceOf(c)),
  }),
  write({
    method: 'post',
    path: '/sessions/:id/offline-scans',
    summary: 'Ask to be let in for a scan without network',
    description:
      'For a token that was scanned without network. It must have been shown at that moment. A host decides; strict sessions take none.',
    may: 'sessions.attend',
    param: OfId,
    body: OfflineScan,
    answer: Scanned,
    problems: [
      'not_found',
      'too_early',
      'session_cancelled',
      'session_locked',
      'needs_network',
      'code_expired',
      'not_on_list',
      'marked_already',
    ],
    handle: (scope, { param: { id }, body }, c) => scanOffline(scope, id, body, deviceOf(c)),
  }),
]).get(
  '/sessions/:id/code/socket',
  route({
    summary: 'Follow the code by WebSocket',
    description: 'Each message is a code. Send `next` to get the present one immediately.',
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
);
