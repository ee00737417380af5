import type { AttendanceRecord, BoardPerson } from '$contract/attendance/attendance';

/** Where a person's photo is served, if they have one. */
export const photoOf = ({ id, photo }: Pick<BoardPerson, 'id' | 'photo'>): string | undefined =>
  photo ? `/api/v1/people/${id}/photo/${photo}` : undefined;

/** Where the photo of a check-in is served, if one was taken. */
export const checkInPhotoOf = ({ id, photo }: Pick<AttendanceRecord, 'id' | 'photo'>): string | undefined =>
  photo ? `/api/v1/attendance/records/${id}/photo/${photo}` : undefined;
