import type { AttendanceRecord } from '$contract/attendance/attendance';

/** Where the photo of a check-in is served, if one was taken. */
export const checkInPhotoOf = ({ id, photo }: Pick<AttendanceRecord, 'id' | 'photo'>): string | undefined =>
  photo ? `/api/v1/attendance/records/${id}/photo/${photo}` : undefined;
