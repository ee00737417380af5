/** Customers' screens show numbers and states. A link opens them without an account, until an admin revokes it. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { Named } from '../../sessions/sessions';
import { Title } from '../../text';
import { Id, Instant, LocalDate } from '../../values';
import { Heads } from '../../wire';

/** `ready`: it was called, and the customer may come. */
export const DisplayState = v.picklist(['preparing', 'ready', 'gone']);
export type DisplayState = v.InferOutput<typeof DisplayState>;

export const DisplayNumber = v.strictObject({
  placeId: Id,
  date: LocalDate,
  number: v.number(),
  state: DisplayState,
  /** The start of this state. */
  at: Instant,
});
export type DisplayNumber = v.InferOutput<typeof DisplayNumber>;

/** The numbers of a screen's place, with the head of `display`. */
export const DisplayBoard = v.strictObject({
  at: Heads,
  now: Instant,
  organisation: v.string(),
  zone: v.string(),
  /** Null for all places. */
  place: v.nullable(Named),
  places: v.array(Named),
  numbers: v.array(DisplayNumber),
});
export type DisplayBoard = v.InferOutput<typeof DisplayBoard>;

export const Display = v.strictObject({
  id: Id,
  name: v.string(),
  place: v.nullable(Named),
  createdAt: Instant,
  createdBy: v.string(),
  /** When the link was first used. */
  openedAt: v.nullable(Instant),
  revokedAt: v.nullable(Instant),
});
export type Display = v.InferOutput<typeof Display>;
export const DisplayList = v.strictObject({ displays: v.array(Display) });
export type DisplayList = v.InferOutput<typeof DisplayList>;

/** The page creates the link's token and sends only its SHA-256. */
export const NewDisplay = v.strictObject({
  id: Id,
  name: Title,
  placeId: v.nullable(Id),
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')),
});
export type NewDisplay = v.InferOutput<typeof NewDisplay>;
export const DisplayChange = v.strictObject({ display: Display, receipt: Receipt });
export type DisplayChange = v.InferOutput<typeof DisplayChange>;

/** Exchanges a link's token for the screen's cookie. */
export const OpenDisplay = v.strictObject({
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a screen’s token')),
});
export type OpenDisplay = v.InferOutput<typeof OpenDisplay>;
