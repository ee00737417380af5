import * as v from 'valibot';
import { Receipt } from '../receipts';
import { Email } from '../email';
import { Role, worksHere } from '../roles';
import { Line, Reason } from '../text';
import { Id, Instant, LocalDate, Minutes, Zone } from '../values';
import { Heads } from '../wire';

/** Long rather than complicated (NIST SP 800-63B §3.1.1). */
export const Password = v.pipe(
  v.string(),
  v.minLength(12, 'must be at least 12 characters'),
  v.maxLength(128),
);
export const PersonName = Line(120);

/** At least one, without duplicates. */
export const Roles = v.pipe(
  v.array(Role),
  v.minLength(1, 'must name at least one role'),
  v.check((roles) => new Set(roles).size === roles.length, 'must not name a role twice'),
);

/** A person as `admin.employees` publishes them. */
export const Person = v.strictObject({
  id: Id,
  name: v.string(),
  email: v.string(),
  roles: v.array(Role),
  active: v.boolean(),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  /** Null means the workplace's. */
  zone: v.nullable(v.string()),
  category: v.optional(v.nullable(v.string()), null),
  photo: v.optional(v.nullable(Id), null),
  /** The last change; an edit names it as `seenAt`. */
  updatedAt: v.optional(Instant),
  staffNumber: v.optional(v.nullable(v.string()), null),
  /** Only in the event `person.created`. */
  firstDay: v.optional(LocalDate),
});
export type Person = v.InferOutput<typeof Person>;

export const PersonChange = v.strictObject({ record: Person, receipt: Receipt });
export type PersonChange = v.InferOutput<typeof PersonChange>;

/** The signed-in person. Their days are counted in `zone`. */
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

/** The first admin, by the one-time setup link. */
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
  /** Null means the workplace's. */
  zone: v.nullable(Zone),
  /** The person's number in payroll; unique. */
  staffNumber: v.optional(v.nullable(StaffNumber), null),
};

/** Minutes a week beyond which work is overtime; null means the workplace's. */
const WeeklyMinutes = v.nullable(Minutes(60, 10_080));

/** A person's terms from a local date on, as a complete row. Before the first row the person is not employed. */
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

/** A person's terms, the earliest first, and the days of the latest employment. */
export const Terms = v.strictObject({
  today: LocalDate,
  terms: v.array(Term),
  /** Null for a person who never worked here. */
  firstDay: v.nullable(LocalDate),
  /** Null without a known end. */
  lastDay: v.nullable(LocalDate),
});
export type Terms = v.InferOutput<typeof Terms>;

/** A renamed department keeps its id and its past. */
export const Department = v.strictObject({ id: Id, name: v.string() });
export type Department = v.InferOutput<typeof Department>;
export const RenameDepartment = v.strictObject({ name: Line(80) });

/** The last day of the employment, possibly in the future; today if not given. */
export const Deactivate = v.strictObject({ lastDay: v.optional(LocalDate) });
export type Deactivate = v.InferOutput<typeof Deactivate>;

/** Why a person's data is erased; the journal keeps it, so it should name no one. */
export const Erase = v.strictObject({ reason: Reason });
export type Erase = v.InferOutput<typeof Erase>;

/** Corrects the days of the latest employment. `seenAt` is the `updatedAt` that the form loaded. */
export const SetEmployment = v.strictObject({
  firstDay: LocalDate,
  /** Null without a known end: deactivating sets one. */
  lastDay: v.nullable(LocalDate),
  seenAt: Instant,
});
export type SetEmployment = v.InferOutput<typeof SetEmployment>;

/** A new employee, who chooses a password through an invitation. Members join by registering. */
export const NewPerson = v.strictObject({
  id: Id,
  ...details,
  roles: v.pipe(
    Roles,
    v.check((roles) => worksHere({ roles }), 'must name a staff role: members join by registering'),
  ),
  /** The first day of the employment; today if not given. */
  firstDay: v.optional(LocalDate),
  weeklyMinutes: v.optional(WeeklyMinutes, null),
});
export type NewPerson = v.InferOutput<typeof NewPerson>;

/**
 * Replaces all fields of a person but the roles; `seenAt` is the `updatedAt` that the form loaded. Department, position,
 * category, zone and weekly target hold from `validFrom` on (today if not given); name, email and staff number are undated.
 */
export const EditPerson = v.strictObject({
  ...details,
  /** Unchanged if left out. */
  weeklyMinutes: v.optional(WeeklyMinutes),
  validFrom: v.optional(LocalDate),
  seenAt: Instant,
});
export type EditPerson = v.InferOutput<typeof EditPerson>;

export const ListedPerson = v.strictObject({
  ...Person.entries,
  /** The name of today's schedule. */
  schedule: v.nullable(v.string()),
  /** Whether the person can sign in, or has an open invitation. */
  access: v.picklist(['password', 'invited', 'none']),
  /** Of the employment, if known; possibly in the future. */
  lastDay: v.nullable(LocalDate),
  /** When their data was erased, if it was. */
  erasedAt: v.nullable(Instant),
});
export type ListedPerson = v.InferOutput<typeof ListedPerson>;

/** A page by name, with the head of `admin.employees`. */
export const PeoplePage = v.strictObject({
  at: Heads,
  now: Instant,
  people: v.array(ListedPerson),
  /** The number of matches on all pages. */
  total: v.number(),
  more: v.boolean(),
  /** All, for the filters. */
  departments: v.array(Department),
  categories: v.array(v.string()),
});
export type PeoplePage = v.InferOutput<typeof PeoplePage>;

/** SHA-256 in lower-case hex of a token that the inviting page creates; the page never sends the token. */
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

/** An unchecked line of a file. The client creates `id`, so that a repeated row is one person. */
export const ImportRow = v.strictObject({
  line: v.pipe(v.number(), v.integer(), v.minValue(1)),
  id: Id,
  name: Cell,
  email: Cell,
  department: Cell,
  position: Cell,
  category: Cell,
  /** Separated by anything but letters; empty means employee. */
  roles: Cell,
  staffNumber: v.optional(Cell, ''),
  /** Of a new person: 2026-11-21 or 21.11.2026; empty means today. */
  firstDay: v.optional(Cell, ''),
  /** The `seenAt` that a dry run returned; required to change an existing person. */
  seenAt: v.optional(Instant),
});
export type ImportRow = v.InferOutput<typeof ImportRow>;

/** A part of a file. A dry run writes nothing and reports the outcomes. */
export const Import = v.strictObject({
  dryRun: v.boolean(),
  /** The first date of changes of department, position and category of existing people; today if not given. */
  validFrom: v.optional(LocalDate),
  rows: v.pipe(
    v.array(ImportRow),
    v.minLength(1),
    v.maxLength(IMPORT_ROWS, `must have at most ${IMPORT_ROWS} rows`),
  ),
});
export type Import = v.InferOutput<typeof Import>;

/** The fields of existing people that a file may change. */
export const Importable = v.picklist(['name', 'staffNumber', 'department', 'position', 'category']);
export type Importable = v.InferOutput<typeof Importable>;

/** The outcome of each row, in order. */
export const ImportReport = v.strictObject({
  rows: v.array(
    v.strictObject({
      line: v.number(),
      /** Existing people are found by email or staff number; `unchanged` if the row has no difference. */
      outcome: v.picklist(['created', 'would_create', 'updated', 'would_update', 'unchanged', 'refused']),
      /** By field: the reasons of a refusal, or differences that an import never writes. */
      issues: v.array(v.strictObject({ field: v.string(), message: v.string() })),
      /** The changes of an existing person. */
      changes: v.array(
        v.strictObject({ field: Importable, from: v.nullable(v.string()), to: v.nullable(v.string()) }),
      ),
      /** The state that a dry run compared with; the row that changes it must send it back. */
      seenAt: v.optional(Instant),
    }),
  ),
});
export type ImportReport = v.InferOutput<typeof ImportReport>;

export const SetRoles = v.strictObject({ roles: Roles });
export type SetRoles = v.InferOutput<typeof SetRoles>;
