/** Sealed entries keep their actions for ever. This maps those with old names to the present terms. */
const presentNames: Record<string, string> = {
  'holiday.dropped': 'holiday.removed',
  'schedule.week_dropped': 'schedule.week_cancelled',
  'session.asked': 'session.join_requested',
  'session.attended': 'session.joined',
  'session.flags_cleared': 'session.flags_dismissed',
  'session.let_in': 'session.request_accepted',
  'session.turned_away': 'session.request_rejected',
  'settings.dropped': 'settings.cancelled',
};

/** An action by its present name. */
export const presentName = (action: string): string => presentNames[action] ?? action;
