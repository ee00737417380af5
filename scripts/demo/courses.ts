/** Harbour Clinic's courses, the groups they invite, and their teachers. */
import type { Temporal } from 'temporal-polyfill';
import type { Course, Group } from '../../worker/contract/sessions/roster/courses.ts';
import { idAt } from './ids.ts';
import type { Person } from './people.ts';

/** They hold the role `host` in the demo. */
export const teachers = ['Leila Haddad', 'Elena Petrova', 'Siobhán Byrne'] as const;
export type Teacher = (typeof teachers)[number];

export type Lesson = {
  course: string;
  /** The percentage of sessions that a person should attend. */
  threshold: number;
  teacher: Teacher;
  room: string;
  /** Minutes after midnight. */
  from: number;
  to: number;
  /** Whether it is held on the date. */
  on(date: Temporal.PlainDate): boolean;
  topics: readonly string[];
  /** The invited groups of each session. */
  groups: readonly (readonly string[])[];
};

export const lessons: readonly [Lesson, Lesson, Lesson, Lesson] = [
  {
    ...{ course: 'First aid', threshold: 75, teacher: 'Leila Haddad', room: 'Seminar room 1' },
    ...{ from: 13 * 60 + 30, to: 15 * 60 },
    on: (date) => date.dayOfWeek === 2,
    topics: ['resuscitation', 'bleeding and shock', 'choking', 'fractures', 'allergic shock', 'burns'],
    groups: [['Nursing'], ['Reception and administration', 'Therapy and pharmacy']],
  },
  {
    ...{ course: 'Hygiene and infection control', threshold: 80, teacher: 'Elena Petrova' },
    ...{ room: 'Laboratory, ground floor', from: 10 * 60, to: 11 * 60 },
    on: (date) => date.dayOfWeek === 4,
    topics: ['hand hygiene', 'isolation', 'sharps', 'cleaning of devices', 'outbreaks'],
    groups: [['Nursing', 'Therapy and pharmacy'], ['Laboratory and imaging']],
  },
  {
    ...{ course: 'Fire safety', threshold: 90, teacher: 'Leila Haddad', room: 'Courtyard' },
    ...{ from: 16 * 60, to: 16 * 60 + 45 },
    on: (date) => date.dayOfWeek === 3 && date.weekOfYear !== undefined && date.weekOfYear % 2 === 0,
    topics: ['extinguishers', 'evacuation', 'doors and alarms'],
    groups: [['Reception and administration'], ['Laboratory and imaging'], ['Therapy and pharmacy']],
  },
  {
    course: 'Hand-over',
    threshold: 70,
    teacher: 'Siobhán Byrne',
    room: 'Ward 2, staff room',
    from: 13 * 60 + 35,
    to: 14 * 60,
    on: (date) => date.dayOfWeek === 5,
    topics: ['at the bedside', 'medication', 'what must not be forgotten', 'a patient who gets worse'],
    groups: [['Nursing'], ['Nursing', 'Therapy and pharmacy']],
  },
];

const departments: Record<string, readonly string[]> = {
  'Laboratory and imaging': ['Laboratory', 'Imaging'],
  Nursing: ['Nursing'],
  'Reception and administration': ['Reception', 'Administration'],
  'Therapy and pharmacy': ['Physiotherapy', 'Pharmacy'],
};

/** Trainees joined their groups this many days ago: earlier sessions do not count for them. */
const JOINED_DAYS = 24;
const DAY_MS = 86_400_000;

/** `until` is when a person who has left was removed. */
export type Member = { groupId: string; personId: string; since: number; until: number | null };
export type Courses = { courses: Course[]; groups: Group[]; members: Member[] };

/**
 * @param beganAt when the courses began, epoch milliseconds
 * @param leftAt when a person has left; null for the others
 */
export function coursesOf(
  people: readonly Person[],
  beganAt: number,
  now: number,
  leftAt: (personId: string) => number | null,
): Courses {
  const members = Object.entries(departments).flatMap(([name, those]) =>
    people
      .filter(({ department }) => those.includes(department))
      .map((person) => ({
        ...{ groupId: idAt(beganAt, 'group', name), personId: person.id },
        since: person.category === 'Trainee' ? now - JOINED_DAYS * DAY_MS : beganAt,
        until: leftAt(person.id),
      })),
  );
  return {
    courses: lessons.map(({ course, threshold }) => ({
      ...{ id: idAt(beganAt, 'course', course), name: course, threshold, active: true },
    })),
    groups: Object.keys(departments).map((name) => {
      const id = idAt(beganAt, 'group', name);
      const those = members.filter(({ groupId, until }) => groupId === id && until === null);
      return { id, name, active: true, people: those.length };
    }),
    members,
  };
}
