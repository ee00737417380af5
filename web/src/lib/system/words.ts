/** The parts of the system in words. */

const channels: Record<string, string> = {
  'admin.dashboard': 'Board',
  'admin.employees': 'People',
  display: 'Customers’ screens',
};
const jobs: Record<string, string> = {
  applyTerms: 'Apply employment dates',
  closeForgotten: 'Close forgotten check-outs',
  deleteTickets: 'Delete old scans',
  expireOrders: 'Cancel unpaid orders',
  expireRegistrations: 'Cancel unpaid registrations',
  forgetRead: 'Delete old notifications',
  forgetSessions: 'Delete expired sign-ins',
  moveSessions: 'Start and end sessions',
  remindOfCheckOut: 'Remind people to check out',
  sealJournal: 'Seal the journal',
  sumClosedDrawers: 'Check closed drawers',
  trim: 'Delete old events',
  writeKeys: 'Prepare the search for people',
};

/** "endBreaks" → "End breaks". */
const spaced = (name: string): string =>
  name.charAt(0).toUpperCase() + name.slice(1).replaceAll(/[A-Z]/g, (it) => ` ${it.toLowerCase()}`);

export const channelWords = (channel: string): string => channels[channel] ?? spaced(channel);
export const jobWords = (job: string): string => jobs[job] ?? spaced(job);

/** "812 kB", "4.2 MB", "1.3 GB": decimal units, as D1's limit. */
export function bytesWords(bytes: number): string {
  const [unit, size] =
    Math.abs(bytes) < 1e6 ? ['kB', 1e3] : Math.abs(bytes) < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  const digits = unit === 'kB' ? 0 : 1;
  return `${(bytes / size).toFixed(digits).replace('-', '−')} ${unit}`;
}

/** "just now", "4 min ago", "3 h ago", "2 days ago". */
export function agoWords(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} days ago`;
}
