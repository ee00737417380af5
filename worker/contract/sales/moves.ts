/**
 * The moves of sales between states. Orders and registrations have a table each (`orderMoves`, `registrationMoves`): the
 * states, who may move and the guard. Server, routes, buttons and tests read the same tables. Each move is a resource of its
 * own, with a body of its own (`moveWrites`).
 */
import * as v from 'valibot';
import { GiveDiscount } from './discounts';
import { LineNumber, TakePayment, TakeRefund } from './payments/payments';
import { Quantity } from '../products/products';
import { Receipt } from '../receipts';
import { can, type Capability, type Role } from '../roles';
import { Named } from '../sessions/sessions';
import { Line, Reason } from '../text';
import { Id, Instant } from '../values';

/** How long a person can undo their release, and how much longer the server accepts it, for the time on the network. */
export const UNDO_MS = 8_000;
const TRAVEL_MS = 2_000;

export const SaleStatus = v.strictObject({
  /** Counts every change. A move names the version that the person has seen. */
  version: v.number(),
  createdAt: Instant,
  createdBy: Named,
  /** When the clock cancels it if unpaid; null after payment. */
  expiresAt: v.nullable(Instant),
  paidAt: v.nullable(Instant),
  /** The person who is working on it. */
  claim: v.nullable(v.strictObject({ by: Named, at: Instant })),
  /** Since when an order is ready, and called on customers’ screens. Answers kept from before this field have none. */
  ready: v.optional(v.nullable(v.strictObject({ by: Named, at: Instant })), null),
  /** `receivedBy` is null where nobody asked. */
  release: v.nullable(v.strictObject({ by: Named, at: Instant, receivedBy: v.nullable(v.string()) })),
  cancellation: v.nullable(
    v.strictObject({
      by: v.nullable(Named),
      at: Instant,
      reason: v.string(),
      /** Whether its goods are free again; those of a paid sale may be gone. */
      restocked: v.boolean(),
    }),
  ),
  /** `by` is null for the clock. */
  changed: v.strictObject({ by: v.nullable(Named), at: Instant }),
});
export type SaleStatus = v.InferOutput<typeof SaleStatus>;

export const Move = v.picklist([
  'edit',
  'request_payment',
  'save',
  'to_cart',
  'pay',
  'claim',
  'take_over',
  'put_back',
  'ready',
  'unready',
  'release',
  'undo',
  'cancel',
  'refund',
]);
export type Move = v.InferOutput<typeof Move>;

const past = {
  edit: 'updated',
  request_payment: 'payment_requested',
  save: 'saved',
  to_cart: 'returned_to_cart',
  pay: 'paid',
  claim: 'claimed',
  take_over: 'taken_over',
  put_back: 'put_back',
  ready: 'called',
  unready: 'call_undone',
  release: 'released',
  undo: 'release_undone',
  cancel: 'cancelled',
  refund: 'refunded',
} as const satisfies Record<Move, string>;

/** The journal's action of a move: `order.paid`, `registration.released`. */
export const actionOf = (
  kind: 'order' | 'registration',
  move: Move,
): `${'order' | 'registration'}.${(typeof past)[Move]}` => `${kind}.${past[move]}`;

interface Guarded extends Pick<SaleStatus, 'claim' | 'ready' | 'release'> {
  /** Of an order or a registration; null before it is drawn. */
  number: number | string | null;
}

/** Conditions of a move beside the state. */
export const guards = {
  unclaimed: ({ claim }) => claim === null,
  theirs: ({ claim }, me) => claim !== null && claim.by.id !== me,
  mine: ({ claim }, me) => claim?.by.id === me,
  not_theirs: ({ claim }, me) => claim === null || claim.by.id === me,
  preparing: ({ ready }) => ready === null,
  called: ({ ready }) => ready !== null,
  unnumbered: ({ number }) => number === null,
  /** One without a number was handed over without network: no desk has it. */
  just_released: ({ release, number }, me, now) =>
    number !== null && release?.by.id === me && now - release.at <= UNDO_MS + TRAVEL_MS,
} as const satisfies Record<string, (it: Guarded, me: string, now: number) => boolean>;
export type Guard = keyof typeof guards;

export interface Step<State> {
  to: State;
  may: Capability;
  guard?: Guard;
  /** It draws the number of an order that has none. */
  draws?: true;
}
export type Moves<State extends string> = Record<State, Partial<Record<Move, Step<State>>>>;

/** The moves that a person can make now: a screen's buttons. */
export function movesOpen<State extends string>(
  table: Moves<State>,
  it: { state: State } & Guarded,
  me: { id: string; roles: readonly Role[] },
  now: number,
): Move[] {
  return Move.options.filter((move) => {
    const step = table[it.state][move];
    return step && can(me, step.may) && (!step.guard || guards[step.guard](it, me.id, now));
  });
}

/** Without prices: the server has them. */
const OrderedLine = v.strictObject({
  productId: Id,
  quantity: Quantity,
  discount: v.optional(v.nullable(GiveDiscount)),
});
export const OrderedLines = v.pipe(
  v.array(OrderedLine),
  v.minLength(1, 'must name at least one product'),
  v.maxLength(100, 'must name at most 100 lines'),
);
export type OrderedLines = v.InferOutput<typeof OrderedLines>;

/** `line` names a line of the order, which keeps its price; one without it is new. */
export const EditedLines = v.pipe(
  v.array(v.strictObject({ ...OrderedLine.entries, line: v.optional(v.nullable(LineNumber)) })),
  v.minLength(1, 'must name at least one product'),
  v.maxLength(100, 'must name at most 100 lines'),
  v.check((lines) => {
    const known = lines.flatMap(({ line }) => line ?? []);
    return new Set(known).size === known.length;
  }, 'must not name a line twice'),
);
export type EditedLines = v.InferOutput<typeof EditedLines>;

const ReceivedBy = Line(120, 'must say who received it');
/** Null where the place does not ask for it. */
const Receiver = v.optional(v.nullable(ReceivedBy), null);
export const Version = v.pipe(v.number(), v.integer(), v.minValue(1));

const Seen = v.strictObject({ version: Version });

/** How a move is written: its resource under the sale, and the body. `version` is the version that the person has seen. */
export const moveWrites = {
  edit: {
    method: 'put',
    path: 'lines',
    body: v.strictObject({
      version: Version,
      lines: EditedLines,
      /** Of the whole order. */
      discount: v.optional(v.nullable(GiveDiscount)),
    }),
  },
  request_payment: { method: 'post', path: 'payment-request', body: Seen },
  save: { method: 'post', path: 'saving', body: Seen },
  to_cart: { method: 'post', path: 'return-to-cart', body: Seen },
  pay: {
    method: 'post',
    path: 'payment',
    body: v.strictObject({ version: Version, ...TakePayment.entries }),
  },
  claim: { method: 'post', path: 'claim', body: Seen },
  take_over: { method: 'post', path: 'take-over', body: Seen },
  put_back: { method: 'post', path: 'put-back', body: Seen },
  ready: { method: 'post', path: 'ready', body: Seen },
  unready: { method: 'post', path: 'unready', body: Seen },
  release: {
    method: 'post',
    path: 'release',
    body: v.strictObject({ version: Version, receivedBy: Receiver }),
  },
  undo: { method: 'post', path: 'undo', body: Seen },
  cancel: {
    method: 'post',
    path: 'cancellation',
    body: v.strictObject({ version: Version, reason: Reason }),
  },
  refund: {
    method: 'post',
    path: 'refunds',
    body: v.strictObject({ version: Version, ...TakeRefund.entries }),
  },
} as const satisfies Record<Move, { method: 'post' | 'put'; path: string; body: v.GenericSchema }>;
export type MoveWrites = typeof moveWrites;

/** A move with the fields of its body. */
export type MoveInput<M extends Move = Move> = {
  [Each in M]: { move: Each } & v.InferOutput<MoveWrites[Each]['body']>;
}[M];

export const ReleaseMany = v.strictObject({
  items: v.pipe(
    v.array(v.strictObject({ id: Id, version: Version })),
    v.minLength(1, 'must name at least one'),
    v.maxLength(50, 'must name at most 50'),
    v.check((items) => new Set(items.map(({ id }) => id)).size === items.length, 'must not name one twice'),
  ),
  receivedBy: Receiver,
});
export type ReleaseMany = v.InferOutput<typeof ReleaseMany>;

export const ReleaseOutcome = v.strictObject({
  id: Id,
  outcome: v.picklist(['released', 'not_found', 'illegal_move', 'claimed', 'moved_meanwhile']),
  /** The reason of a refusal; null for a released sale. */
  words: v.nullable(v.string()),
});
export type ReleaseOutcome = v.InferOutput<typeof ReleaseOutcome>;

/** Outcomes in the order of the request; no receipt if nothing was released. */
export const Released = v.strictObject({
  outcomes: v.array(ReleaseOutcome),
  receipt: v.nullable(Receipt),
});
export type Released = v.InferOutput<typeof Released>;
