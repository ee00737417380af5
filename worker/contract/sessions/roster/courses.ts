/** Courses, groups and their members. */
import * as v from 'valibot';
import { BoardPerson } from '../../attendance/attendance';
import { Named } from '../sessions';
import { Title } from '../../text';
import { Id, Instant, Whole } from '../../values';
import { Heads } from '../../wire';

/** Sessions of one subject, with the required share of attendance. */
export const Course = v.strictObject({
  id: Id,
  name: v.string(),
  /** The percentage of sessions that a person should attend. */
  threshold: Whole('percent', 0, 100),
  active: v.boolean(),
});
export type Course = v.InferOutput<typeof Course>;
export const PutCourse = v.strictObject({ ...v.omit(Course, ['id']).entries, name: Title });
export type PutCourse = v.InferOutput<typeof PutCourse>;

export const Group = v.strictObject({ id: Id, name: v.string(), active: v.boolean(), people: v.number() });
export type Group = v.InferOutput<typeof Group>;
export const PutGroup = v.strictObject({ name: Title, active: v.boolean() });
export type PutGroup = v.InferOutput<typeof PutGroup>;

export const Catalogue = v.strictObject({
  at: Heads,
  now: Instant,
  /** The workplace's: sessions are planned by its clock. */
  zone: v.string(),
  courses: v.array(Course),
  groups: v.array(Group),
  /** Who may be a host. */
  hosts: v.array(Named),
});
export type Catalogue = v.InferOutput<typeof Catalogue>;

/** Sessions before `since` do not count for the member. */
export const Member = v.strictObject({ person: BoardPerson, email: v.string(), since: Instant });
export type Member = v.InferOutput<typeof Member>;
export const Members = v.strictObject({ group: Group, members: v.array(Member) });
export type Members = v.InferOutput<typeof Members>;

const MOST_ROWS = 500;
/** Lines of a file, or a choice: emails of people who join the group from `since` on. */
export const Enrol = v.strictObject({
  since: Instant,
  dryRun: v.boolean(),
  rows: v.pipe(
    v.array(
      v.strictObject({
        line: v.pipe(v.number(), v.integer(), v.minValue(1)),
        email: v.pipe(v.string(), v.maxLength(500)),
      }),
    ),
    v.minLength(1),
    v.maxLength(MOST_ROWS, `must have at most ${MOST_ROWS} rows`),
  ),
});
export type Enrol = v.InferOutput<typeof Enrol>;
export const Enrolled = v.strictObject({
  rows: v.array(
    v.strictObject({
      line: v.number(),
      outcome: v.picklist(['enrolled', 'would_enrol', 'there', 'refused']),
      /** The person's name, or the reason for the refusal. */
      words: v.string(),
    }),
  ),
});
export type Enrolled = v.InferOutput<typeof Enrolled>;
