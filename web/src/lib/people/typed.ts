import type { Person } from '$contract/people/people';

/** A person in a form. An empty string means none. */
export interface Typed {
  name: string;
  email: string;
  department: string;
  position: string;
  category: string;
  zone: string;
  staffNumber: string;
  /** Hours a week; null for the workplace's limit. */
  weeklyHours: number | null;
}

export const fields = [
  'name',
  'email',
  'department',
  'position',
  'category',
  'zone',
  'staffNumber',
  'weeklyMinutes',
  'validFrom',
  'firstDay',
  'roles',
] as const;

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
