import * as v from 'valibot';
import { Receipt } from '../receipts';
import { Email } from '../email';
import { Role, worksHere } from '../roles';
import { Line } from '../text';
import { Id, Instant, LocalDate, Minutes, Zone } from '../values';
import { Heads } from '../wire';

/** Long rather than complicated (NIST SP 800-63B §3.1.1). */
export const Password = v.pipe(
  v.string(),
  v.minLength(12, 'must be at least 12 characters'),
  v.maxLength(128),
);
export const PersonName = Line(120);

/** The roles of a person: at least one, none twice. */
export const Roles = v.pipe(
  v.array(Role),
  v.minLength(1, 'must name at least one role'),
  v.check((roles) => new Set(roles).size === roles.length, 'must not name a role twice'),
);

/** Someone who may sign in, as `admin.employees` tells it. */
export const Person = v.strictObject({
  id: Id,
  name: v.string(),
  email: v.string(),
  roles: v.array(Role),
  active: v.boolean(),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  /** Their own zone; null means the workplace's. */
  zone: v.nullable(v.string()),
  category: v.optional(v.nullable(v.string()), null),
  photo: v.optional(v.nullable(Id), null),
  /** When it was last changed: an edit names the state it has seen. */
  updatedAt: v.optional(Instant),
  staffNumber: v.optional(v.nullable(v.string()), null),
  /** Only in the event of their creation. */
  firstDay: v.optional(LocalDate),
});
export type Person = v.InferOutput<typeof Person>;

/** The answer to changing somebody. */
export const PersonChange = v.strictObject({ record: Person, receipt: Receipt });
export type PersonChange = v.InferOutput<typeof PersonChange>;

/** The person who asks, as every page knows them. `zone` is the one their days are counted in. */
export const Me = v.strictObject({
  id: Id,
  name: v.string(),
  email: v.string(),
  roles: v.array(Role),
  zone: Zone,
  /** The workplace's name, shown on every page. */
  organisation: v.string(),
});
export type Me = v.InferOutput<typeof Me>;

export const SignIn = v.strictObject({
  email: Email,
  password: v.pipe(v.string(), v.minLength(1, 'must not be empty'), v.maxLength(128)),
});
export type SignIn = v.InferOutput<typeof SignIn>;

/** The first admin, made through the one-time setup link. */
export const Setup = v.strictObject({
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not a setup link’s token')),
  name: PersonName,
  email: Email,
  password: Password,
});
export type Setup = v.InferOutput<typeof Setup>;

/** A word or two, such as a department's name; null for none. */
const Label = v.nullable(Line(80));

const StaffNumber = v.pipe(
  v.string(),
  v.normalize('NFC'),
  v.trim(),
  v.regex(/^[\p{L}\p{N}][\p{L}\p{N} ./-]{0,29}$/u, 'must be up to 30 letters and digits'),
);

const details = {
  name: PersonName,
  email: Email,
  department: Label,
  position: Label,
  category: Label,
  /** Null takes the workplace's. */
  zone: v.nullable(Zone),
  /** The person's number in payroll; unique. */
  staffNumber: v.optional(v.nullable(StaffNumber), null),
};

/** The minutes a week beyond which their work is overtime; null takes the workplace's. */
const WeeklyMinutes = v.nullable(Minutes(60, 10_080));

/** What holds of somebody from a local date on: whole rows. Before the first one they are not employed here. */
export const Term = v.strictObject({
  validFrom: LocalDate,
  employed: v.boolean(),
  departmentId: v.nullable(Id),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  category: v.nullable(v.string()),
  zone: v.nullable(v.string()),
  weeklyMinutes: v.nullable(v.number()),
});
export type Term = v.InferOutput<typeof Term>;

/** Somebody's terms, the earliest first, and the days of their latest employment. */
export const Terms = v.strictObject({
  today: LocalDate,
  terms: v.array(Term),
  /** Null for who never worked here. */
  firstDay: v.nullable(LocalDate),
  /** Null while no end is known. */
  lastDay: v.nullable(LocalDate),
});
export type Terms = v.InferOutput<typeof Terms>;

/** A department keeps its id, and with it its past, when it is renamed. */
export const Department = v.strictObject({ id: Id, name: v.string() });
export type Department = v.InferOutput<typeof Department>;
export const RenameDepartment = v.strictObject({ name: Line(80) });

/** The last day of somebody's employment, which may lie ahead; today if not given. */
export const Deactivate = v.strictObject({ lastDay: v.optional(LocalDate) });
export type Deactivate = v.InferOutput<typeof Deactivate>;

/** The days of somebody's latest employment, put right. `seenAt` is the `updatedAt` that the form began with. */
export const SetEmployment = v.strictObject({
  firstDay: LocalDate,
  /** Null where no last day is known: deactivating names one. */
  lastDay: v.nullable(LocalDate),
  seenAt: Instant,
});
export type SetEmployment = v.InferOutput<typeof SetEmployment>;

/** Somebody new who works here. They choose a password through an invitation. Members come by registering. */
export const NewPerson = v.strictObject({
  id: Id,
  ...details,
  roles: v.pipe(
    Roles,
    v.check((roles) => worksHere({ roles }), 'must name a staff role: members join by registering'),
  ),
  /** The first day of their employment; today if not given. */
  firstDay: v.optional(LocalDate),
  weeklyMinutes: v.optional(WeeklyMinutes, null),
});
export type NewPerson = v.InferOutput<typeof NewPerson>;

/**
 * Everything about a person but their roles; `seenAt` is the `updatedAt` that the form began with. Department, position,
 * category, zone and weekly target hold from `validFrom` on (today if not given); name, email and staff number are undated.
 */
export const EditPerson = v.strictObject({
  ...details,
  /** Left out, it stays as it is. */
  weeklyMinutes: v.optional(WeeklyMinutes),
  validFrom: v.optional(LocalDate),
  seenAt: Instant,
});
export type EditPerson = v.InferOutput<typeof EditPerson>;

/** A person with what the list shows beside them. */
export const ListedPerson = v.strictObject({
  ...Person.entries,
  /** The name of the schedule they follow today. */
  schedule: v.nullable(v.string()),
  /** Whether they can sign in, or have a link by which they could. */
  access: v.picklist(['password', 'invited', 'none']),
  /** Of their employment, if it is known; it may lie ahead. */
  lastDay: v.nullable(LocalDate),
});
export type ListedPerson = v.InferOutput<typeof ListedPerson>;

/** A page of the list in the order of names, with the head of `admin.employees`. */
export const PeoplePage = v.strictObject({
  at: Heads,
  now: Instant,
  people: v.array(ListedPerson),
  /** How many match, on all pages. */
  total: v.number(),
  more: v.boolean(),
  /** Every one there is, for the filters. */
  departments: v.array(Department),
  categories: v.array(v.string()),
});
export type PeoplePage = v.InferOutput<typeof PeoplePage>;

/** SHA-256 in lower-case hex of a token that the inviting page has made and keeps to itself until the link is handed over. */
export const Invite = v.strictObject({
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')),
});
export type Invite = v.InferOutput<typeof Invite>;

export const Invitation = v.strictObject({ personId: Id, expiresAt: Instant });
export type Invitation = v.InferOutput<typeof Invitation>;

export const AcceptInvitation = v.strictObject({
  token: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'is not an invitation’s token')),
  password: Password,
});
export type AcceptInvitation = v.InferOutput<typeof AcceptInvitation>;

const IMPORT_ROWS = 100;

const Cell = v.pipe(v.string(), v.maxLength(500));

/** A line of a file as it was read: nothing of it is trusted. `id` is made by the client, so that a row sent twice is one person. */
export const ImportRow = v.strictObject({
  line: v.pipe(v.number(), v.integer(), v.minValue(1)),
  id: Id,
  name: Cell,
  email: Cell,
  department: Cell,
  position: Cell,
  category: Cell,
  /** Separated by anything that is no letter; none makes an employee. */
  roles: Cell,
  staffNumber: v.optional(Cell, ''),
  /** Of somebody new: 2026-11-21 or 21.11.2026; empty is today. */
  firstDay: v.optional(Cell, ''),
  /** Changes somebody who is here already: the `seenAt` with which a dry run answered. Without it they stay as they are. */
  seenAt: v.optional(Instant),
});
export type ImportRow = v.InferOutput<typeof ImportRow>;

/** A part of a file. A dry run writes nothing and says what would be. */
export const Import = v.strictObject({
  dryRun: v.boolean(),
  /** From which date on the department, position and category of those who are here already change; today if not given. */
  validFrom: v.optional(LocalDate),
  rows: v.pipe(
    v.array(ImportRow),
    v.minLength(1),
    v.maxLength(IMPORT_ROWS, `must have at most ${IMPORT_ROWS} rows`),
  ),
});
export type Import = v.InferOutput<typeof Import>;

/** What a file may change of those who are here already. */
export const Importable = v.picklist(['name', 'staffNumber', 'department', 'position', 'category']);
export type Importable = v.InferOutput<typeof Importable>;

/** What became of each row, in their order. */
export const ImportReport = v.strictObject({
  rows: v.array(
    v.strictObject({
      line: v.number(),
      /** Who is here already is found by email or staff number; `unchanged` where the row says nothing else of them. */
      outcome: v.picklist(['created', 'would_create', 'updated', 'would_update', 'unchanged', 'refused']),
      /** Why it was refused, or what an import never changes and stays as it is, by field. */
      issues: v.array(v.strictObject({ field: v.string(), message: v.string() })),
      /** What changes of somebody who is here already. */
      changes: v.array(
        v.strictObject({ field: Importable, from: v.nullable(v.string()), to: v.nullable(v.string()) }),
      ),
      /** The state of which a dry run speaks: it comes back with the row that changes it. */
      seenAt: v.optional(Instant),
    }),
  ),
});
export type ImportReport = v.InferOutput<typeof ImportReport>;

export const SetRoles = v.strictObject({ roles: Roles });
export type SetRoles = v.InferOutput<typeof SetRoles>;
