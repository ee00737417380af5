import type { BoardPerson } from '$contract/attendance';

/** Where a person's photo is served, if they have one. */
export const photoOf = ({ id, photo }: Pick<BoardPerson, 'id' | 'photo'>): string | undefined =>
  photo ? `/api/v1/people/${id}/photo/${photo}` : undefined;
