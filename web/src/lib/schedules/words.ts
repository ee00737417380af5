/** Weeks and shifts in words. */
import { lengthOf, type Week, type WeekShift } from '$contract/schedules/schedules';

export const weekdays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** "22:00 to 06:00 next day", "Day off" */
export function shiftWords(shift: WeekShift | null | undefined): string {
  if (!shift) return 'Day off';
  return `${shift.start} to ${shift.end}${shift.end <= shift.start ? ' next day' : ''}`;
}

/** "38 h a week", without the breaks. */
export function hoursOf({ days }: Week): string {
  const minutes = days.reduce((sum, shift) => sum + (shift ? lengthOf(shift) - shift.breakMinutes : 0), 0);
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest > 0 ? ` ${rest} min` : ''} a week`;
}
