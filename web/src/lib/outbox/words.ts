const names: Readonly<Record<string, string>> = {
  'attendance/check-in': 'Your check-in',
  'attendance/check-out': 'Your check-out',
  'attendance/break-start': 'The start of your break',
  'attendance/break-end': 'The end of your break',
};

/** "Your check-in" */
export const nameOf = (act: string): string =>
  act.endsWith('/offline-scans') ? 'Your scan' : (names[act] ?? 'Your tap');
