/** Registrations: a person registers for a package, pays, and receives its products. */
import * as v from 'valibot';
import { Receipt } from '../../receipts';
import { Email } from '../../email';
import { type Moves, SaleStatus } from '../moves';
import { Sale, TakePayment } from '../payments/payments';
import { Invite, PersonName } from '../../people/people';
import { Named } from '../../sessions/sessions';
import { Id, Instant, LocalDate, WallTime, Zone } from '../../values';
import { Heads } from '../../wire';

export const RegistrationState = v.picklist(['pending', 'paid', 'released', 'cancelled']);
export type RegistrationState = v.InferOutput<typeof RegistrationState>;
export const registrationStateWords = {
  pending: 'Not paid',
  paid: 'For release',
  released: 'Released',
  cancelled: 'Cancelled',
} as const satisfies Record<RegistrationState, string>;

const take = 'registrations.take';
const release = 'registrations.release';

/** The moves of a registration and who may make them. */
export const registrationMoves = {
  pending: {
    pay: { to: 'paid', may: take },
    cancel: { to: 'cancelled', may: take },
  },
  paid: {
    claim: { to: 'paid', may: release, guard: 'unclaimed' },
    take_over: { to: 'paid', may: release, guard: 'theirs' },
    put_back: { to: 'paid', may: release, guard: 'mine' },
    release: { to: 'released', may: release, guard: 'not_theirs' },
    refund: { to: 'paid', may: take, guard: 'not_theirs' },
  },
  released: {
    undo: { to: 'paid', may: release, guard: 'just_released' },
    refund: { to: 'released', may: take },
  },
  cancelled: {},
} as const satisfies Moves<RegistrationState>;

/** Where the package's goods are: held until the release. */
export const registrationShelf = { pending: 'held', paid: 'held', released: 'sold' } as const;

/** A registration for tills and desks, without money and contact details. */
export const Registration = v.strictObject({
  id: Id,
  /** The transaction number, such as "20261121-0007", counted by date in the workplace's zone. */
  number: v.string(),
  /** Such as "M000123"; a renewal keeps it. */
  memberId: v.string(),
  date: LocalDate,
  name: v.string(),
  package: Named,
  state: RegistrationState,
  lines: v.array(v.strictObject({ productId: Id, name: v.string(), quantity: v.number() })),
  ...SaleStatus.entries,
});
export type Registration = v.InferOutput<typeof Registration>;

/** ITU-T E.164. */
export const Mobile = v.pipe(
  v.string(),
  // Address books on phones put direction marks around numbers.
  v.transform((typed) => typed.replace(/[\s().\p{Cf}-]/gu, '')),
  v.regex(/^\+[1-9]\d{6,14}$/, 'must be a number with its country code, such as +49 170 1234567'),
);

export const NewRegistration = v.strictObject({
  id: Id,
  name: PersonName,
  mobile: Mobile,
  /** Several members may share one, or have none. */
  email: v.nullable(Email),
  packageId: Id,
  sponsor: v.nullable(PersonName),
  /** The member's latest registration, which this one renews: they keep their number. */
  renews: v.optional(v.nullable(Id), null),
  /** Null to pay later. */
  payment: v.nullable(TakePayment),
});
export type NewRegistration = v.InferOutput<typeof NewRegistration>;

/** Contact details and sponsor, for people who take registrations. */
export const Registrant = v.strictObject({
  mobile: v.string(),
  email: v.nullable(v.string()),
  sponsor: v.nullable(v.string()),
  /** Other members of that email, by name: a link opens the registrations of all. */
  sharedWith: v.array(v.string()),
  /** Whether the registrant has an account, or an open invitation. */
  access: v.picklist(['none', 'invited', 'account']),
});
export type Registrant = v.InferOutput<typeof Registrant>;
/** What is typed, at least three characters of it. */
export const FindMembers = v.strictObject({
  begins: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(3, 'must have 3 characters or more'),
    v.maxLength(120, 'must have at most 120 characters'),
  ),
});
export type FindMembers = v.InferOutput<typeof FindMembers>;
/** At most five, the latest first, without contact details. */
export const MemberList = v.strictObject({
  members: v.array(
    v.strictObject({
      memberId: v.string(),
      name: v.string(),
      /** Their latest registration, its package and its date. */
      registrationId: Id,
      package: v.string(),
      date: LocalDate,
    }),
  ),
});
export type MemberList = v.InferOutput<typeof MemberList>;

export const RegistrationDetails = v.strictObject({ registration: Registration, registrant: Registrant });
export type RegistrationDetails = v.InferOutput<typeof RegistrationDetails>;

export const RegistrationChange = v.strictObject({
  registration: Registration,
  sale: v.nullable(Sale),
  receipt: Receipt,
});
export type RegistrationChange = v.InferOutput<typeof RegistrationChange>;

/** The page chooses `personId` for a new account. */
export const InviteRegistrant = v.strictObject({ personId: Id, hash: Invite.entries.hash });
export type InviteRegistrant = v.InferOutput<typeof InviteRegistrant>;
export const RegistrantInvited = v.strictObject({ expiresAt: Instant, receipt: Receipt });
export type RegistrantInvited = v.InferOutput<typeof RegistrantInvited>;

/** With the head of `registrations`; for people who may see money also the sales and the head of `tills`. */
export const RegistrationList = v.strictObject({
  at: Heads,
  /** The workplace's. */
  zone: Zone,
  now: Instant,
  /** The business day. */
  today: LocalDate,
  dayStart: WallTime,
  registrations: v.array(Registration),
  sales: v.array(Sale),
  staff: v.array(Named),
  truncated: v.boolean(),
});
export type RegistrationList = v.InferOutput<typeof RegistrationList>;

/** The latest first, without the reason and the claim, which only colleagues see. */
export const Membership = v.strictObject({
  at: Heads,
  now: Instant,
  registrations: v.array(Registration),
});
export type Membership = v.InferOutput<typeof Membership>;
