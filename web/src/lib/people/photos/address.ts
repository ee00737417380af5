import type { Person } from '$contract/people/people';

/** Where a person's photo is served, if they have one. */
export const photoOf = ({ id, photo }: Pick<Person, 'id' | 'photo'>): string | undefined =>
  photo ? `/api/v1/people/${id}/photo/${photo}` : undefined;
