import type { Person } from '$contract/people';

/** A person as a form holds them: the empty string is none. */
export interface Typed {
  name: string;
  email: string;
  department: string;
  position: string;
  category: string;
  zone: string;
}

export const fields = ['name', 'email', 'department', 'position', 'category', 'zone', 'roles'] as const;

export const typedOf = (person?: Person): Typed => ({
  name: person?.name ?? '',
  email: person?.email ?? '',
  department: person?.department ?? '',
  position: person?.position ?? '',
  category: person?.category ?? '',
  zone: person?.zone ?? '',
});

/** As the API takes it. */
export const detailsOf = ({ name, email, department, position, category, zone }: Typed) => ({
  name,
  email,
  department: department.trim() || null,
  position: position.trim() || null,
  category: category.trim() || null,
  zone: zone || null,
});
