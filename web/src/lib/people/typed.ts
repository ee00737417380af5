import type { Person } from '$contract/people/people';

const texts = ['name', 'email', 'department', 'position', 'category', 'zone', 'staffNumber'] as const;
export type TextKey = (typeof texts)[number];

/** A person in a form. An empty string means none. */
export interface Typed extends Record<TextKey, string> {
  /** Hours a week; null for the workplace's limit. */
  weeklyHours: number | null;
}

export const fields = [...texts, 'weeklyMinutes', 'validFrom', 'firstDay', 'roles'] as const;

export const typedOf = (person?: Person, weeklyMinutes: number | null = null): Typed => ({
  name: person?.name ?? '',
  email: person?.email ?? '',
  department: person?.department ?? '',
  position: person?.position ?? '',
  category: person?.category ?? '',
  zone: person?.zone ?? '',
  staffNumber: person?.staffNumber ?? '',
  weeklyHours: weeklyMinutes === null ? null : weeklyMinutes / 60,
});

export const detailsOf = ({ name, email, department, position, category, zone, ...it }: Typed) => ({
  name,
  email,
  department: department.trim() || null,
  position: position.trim() || null,
  category: category.trim() || null,
  zone: zone || null,
  staffNumber: it.staffNumber.trim() || null,
  weeklyMinutes: it.weeklyHours === null ? null : Math.round(it.weeklyHours * 60),
});
