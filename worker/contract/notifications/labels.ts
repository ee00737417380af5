import type { NotificationKind } from './notifications';

/** The words for each kind on the page of preferences. */
export const notificationKinds: Record<NotificationKind, string> = {
  'attendance.auto_checked_out': 'I was checked out automatically',
  'attendance.absent': 'I was marked absent',
  'attendance.reminder': 'My shift ended and I am still checked in',
  'break.auto_ended': 'My break time is used up',
  'correction.requested': 'Someone requests a correction',
  'correction.decided': 'My correction was approved or rejected',
  'day.marked': 'A supervisor changed the status of my day',
  'days.entered': 'A supervisor entered or changed my times',
};
