/** Maps sales to registrations, and defines the kind `registration`. */
import * as v from 'valibot';
import { userChannel } from '../../contract/channels';
import type { Publication } from '../../contract/events';
import type { Move } from '../../contract/sales/moves';
import {
  Registration,
  type RegistrationChange,
  registrationMoves,
  registrationShelf,
  RegistrationState,
  registrationStateWords,
} from '../../contract/sales/registrations/registrations';
import { query } from '../../db/queries';
import type { Answer } from '../../live/commit';
import { changeIn, type SaleKind } from '../kind';
import { goodsOf, labelOf, type Sold, statusOf } from '../rows';

/** Without money and contact details, because release desks see it. */
export function registrationOf(sold: Sold): Registration {
  const { id, date, state, registrant } = sold;
  if (!registrant) throw new Error(`registration ${id} has no registrant`);
  return {
    id,
    date,
    number: labelOf(sold),
    memberId: memberIdOf(registrant.member),
    name: registrant.name,
    package: registrant.package,
    state: v.parse(RegistrationState, state),
    lines: goodsOf(sold),
    ...statusOf(sold),
  };
}

/** For the registrant: only colleagues see who releases it and why it was cancelled. */
export function ownRegistrationOf(sold: Sold): Registration {
  const { cancellation, ...registration } = registrationOf(sold);
  return {
    ...registration,
    claim: null,
    cancellation: cancellation && { ...cancellation, by: null, reason: '' },
  };
}

/** "M000123" */
export const memberIdOf = (member: number): string => `M${String(member).padStart(6, '0')}`;

const typeOf = {
  edit: null,
  request_payment: null,
  save: null,
  to_cart: null,
  ready: null,
  unready: null,
  pay: 'registration.paid',
  claim: 'registration.claimed',
  take_over: 'registration.claimed',
  put_back: 'registration.claimed',
  release: 'registration.released',
  undo: 'registration.undone',
  cancel: 'registration.cancelled',
  refund: 'registration.refunded',
} as const satisfies Record<Move, string | null>;

export const registrations: SaleKind = {
  name: 'registration',
  moves: registrationMoves,
  shelf: registrationShelf,
  stateWords: (sold) => registrationStateWords[registrationOf(sold).state],
  recordOf: registrationOf,
  events(_before, after, move) {
    const type = typeOf[after.cancellation ? 'cancel' : move];
    if (!type) throw new Error(`a registration has no ${move}`);
    return [{ channel: 'registrations', type, data: registrationOf(after) }, ...memberEvents(after)];
  },
  // It can be renewed no more, and no till finds its member by it.
  also: ({ id, cancellation }) =>
    cancellation ? [query('UPDATE registrants SET cancelled = 1 WHERE sale_id = ?1', [id])] : [],
};

/** A registrant with an account gets the events of their own registration. */
export const memberEvents = (sold: Sold): Publication[] =>
  sold.registrant?.personId
    ? [
        {
          channel: userChannel(sold.registrant.personId),
          type: 'registration.updated',
          data: ownRegistrationOf(sold),
        },
      ]
    : [];

export async function registrationChange(answer: Promise<Answer>): Promise<RegistrationChange> {
  const { record, sale, receipt } = await changeIn(Registration, answer);
  return { registration: record, sale, receipt };
}
