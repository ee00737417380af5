/** Orders: taken at a till, paid, released at the desk. The money is separate (`Sale`), because not everyone may see it. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { MoneyRules } from '../../money';
import { type Moves, OrderedLines, SaleStatus } from '../moves';
import { GiveDiscount } from '../discounts';
import { Drawer } from '../drawers/drawers';
import { Sale } from '../payments/payments';
import { Seller } from '../receipts/receipts';
import { Place, Product } from '../../products/products';
import { Named } from '../../sessions/sessions';
import { Note } from '../../text';
import { Id, Instant, LocalDate, WallTime } from '../../values';
import { Heads } from '../../wire';

export const OrderState = v.picklist(['pending', 'for_payment', 'for_release', 'released', 'cancelled']);
export type OrderState = v.InferOutput<typeof OrderState>;
const orderStateWords = {
  pending: 'Saved',
  for_payment: 'For payment',
  for_release: 'Preparing',
  released: 'Released',
  cancelled: 'Cancelled',
} as const satisfies Record<OrderState, string>;

/** "Preparing", and "Ready" once it is called. */
export const orderWords = ({ state, ready }: Pick<Order, 'state' | 'ready'>): string =>
  state === 'for_release' && ready ? 'Ready' : orderStateWords[state];

const sell = 'orders.sell';
const release = 'orders.release';

/** The moves of an order and who may make them. */
export const orderMoves = {
  pending: {
    edit: { to: 'pending', may: sell },
    request_payment: { to: 'for_payment', may: sell },
    cancel: { to: 'cancelled', may: sell },
  },
  for_payment: {
    save: { to: 'pending', may: sell, draws: true },
    to_cart: { to: 'cancelled', may: sell, guard: 'unnumbered' },
    pay: { to: 'for_release', may: sell, draws: true },
    cancel: { to: 'cancelled', may: sell },
  },
  for_release: {
    claim: { to: 'for_release', may: release, guard: 'unclaimed' },
    take_over: { to: 'for_release', may: release, guard: 'theirs' },
    put_back: { to: 'for_release', may: release, guard: 'mine' },
    ready: { to: 'for_release', may: release, guard: 'preparing' },
    unready: { to: 'for_release', may: release, guard: 'called' },
    release: { to: 'released', may: release, guard: 'not_theirs' },
    // Of all pieces: cancelled.
    refund: { to: 'for_release', may: sell, guard: 'not_theirs' },
  },
  released: {
    undo: { to: 'for_release', may: release, guard: 'just_released' },
    refund: { to: 'released', may: sell },
  },
  cancelled: {},
} as const satisfies Moves<OrderState>;

/** Where an order's goods are in each state; a cancellation names its own shelf. */
export const orderShelf = {
  pending: 'held',
  for_payment: 'held',
  for_release: 'sold',
  released: 'sold',
} as const;

/** An order for tills and desks, without money. */
export const Order = v.strictObject({
  id: Id,
  /** Counts by place and date; shown with three digits. Null until it is paid or saved for later. */
  number: v.nullable(v.number()),
  place: Named,
  /** The date of its number, or on which it was taken, in the workplace's zone. */
  date: LocalDate,
  state: OrderState,
  lines: v.array(v.strictObject({ productId: Id, name: v.string(), quantity: v.number() })),
  ...SaleStatus.entries,
  /** When it arrived, if it was sold without network: it has no number, and no desk or screen shows it. */
  arrivedAt: v.optional(v.nullable(Instant), null),
});
export type Order = v.InferOutput<typeof Order>;

/** "042" */
export const queueNumber = (number: number | null): string =>
  number === null ? 'the order' : String(number).padStart(3, '0');

/** Saved for later, with its number, or for payment now, still without one. */
export const NewOrder = v.strictObject({
  id: Id,
  placeId: Id,
  lines: OrderedLines,
  state: v.optional(v.picklist(['pending', 'for_payment']), 'pending'),
  /** Of the whole order, beside those of lines. */
  discount: v.optional(v.nullable(GiveDiscount)),
});
export type NewOrder = v.InferOutput<typeof NewOrder>;

/** `sale` is null for people who may not see money. */
export const OrderChange = v.strictObject({ order: Order, sale: v.nullable(Sale), receipt: Receipt });
export type OrderChange = v.InferOutput<typeof OrderChange>;

export const OneOrder = v.strictObject({ order: Order, sale: Sale });
export type OneOrder = v.InferOutput<typeof OneOrder>;

/** How long an author can edit a comment. */
export const COMMENT_EDIT_MS = 5 * 60_000;
const CommentText = Note(2_000);
export const Comment = v.strictObject({
  id: Id,
  orderId: Id,
  by: Named,
  at: Instant,
  editedAt: v.nullable(Instant),
  text: v.string(),
});
export type Comment = v.InferOutput<typeof Comment>;
export const NewComment = v.strictObject({ id: Id, text: CommentText });
export type NewComment = v.InferOutput<typeof NewComment>;
export const EditComment = v.strictObject({ text: CommentText });
export type EditComment = v.InferOutput<typeof EditComment>;
export const CommentChange = v.strictObject({ comment: Comment, receipt: Receipt });
export type CommentChange = v.InferOutput<typeof CommentChange>;

/** With the head of `orders`. */
export const OrderList = v.strictObject({
  at: Heads,
  now: Instant,
  /** The business day. */
  today: LocalDate,
  dayStart: WallTime,
  orders: v.array(Order),
  /** The earliest first; at most the latest 2,000. */
  comments: v.array(Comment),
  places: v.array(Place),
  /** People who may work on orders, by name. */
  staff: v.array(Named),
  /** Whether orders were left out: unpaid open ones first, then the newest. */
  truncated: v.boolean(),
});
export type OrderList = v.InferOutput<typeof OrderList>;

/** The data of a till, from one batch, with the heads of `orders`, `tills` and the person's own channel. */
export const Till = v.strictObject({
  ...OrderList.entries,
  sales: v.array(Sale),
  products: v.array(Product),
  /** For new orders; existing orders keep their own. */
  ...MoneyRules.entries,
  drawer: v.nullable(Drawer),
  /** For receipts that a till prints without network. */
  seller: Seller,
});
export type Till = v.InferOutput<typeof Till>;
