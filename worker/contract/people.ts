import * as v from 'valibot';
import { Role } from './roles';
import { Id, Zone } from './values';

export const Email = v.pipe(
  v.string(),
  v.trim(),
  v.toLowerCase(),
  v.email('must be an email address'),
  v.maxLength(254),
);
/** Long rather than complicated (NIST SP 800-63B §3.1.1). */
export const Password = v.pipe(
  v.string(),
  v.minLength(12, 'must be at least 12 characters'),
  v.maxLength(128),
);
export const PersonName = v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(120));

/** The roles of a person: at least one, none twice. */
export const Roles = v.pipe(
  v.array(Role),
  v.minLength(1, 'must name at least one role'),
  v.check((roles) => new Set(roles).size === roles.length, 'must not name a role twice'),
);

/** Someone who may sign in, as `admin.employees` tells it. */
export const Person = v.strictObject({
  id: Id,
  name: PersonName,
  email: v.string(),
  roles: v.array(Role),
  active: v.boolean(),
  department: v.nullable(v.string()),
  position: v.nullable(v.string()),
  /** Their own zone; null means the workplace's. */
  zone: v.nullable(v.string()),
  category: v.optional(v.nullable(v.string()), null),
  photo: v.optional(v.nullable(Id), null),
});
export type Person = v.InferOutput<typeof Person>;

/** The person who asks, as every page knows them. `zone` is the one their days are counted in. */
export const Me = v.strictObject({
  id: Id,
  name: v.string(),
  email: v.string(),
  roles: v.array(Role),
  zone: Zone,
  /** The workplace's name, which stands on every page. */
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

export const SetRoles = v.strictObject({ roles: Roles });
export type SetRoles = v.InferOutput<typeof SetRoles>;
