const names: Readonly<Record<string, string>> = {
  'attendance/check-in': 'Your check-in',
  'attendance/check-out': 'Your check-out',
  'attendance/break-start': 'The start of your break',
  'attendance/break-end': 'The end of your break',
};

/** "3 taps are kept on this device." */
export const keptWords = (count: number): string =>
  count === 1 ? 'One tap is kept on this device.' : `${count} taps are kept on this device.`;

/** "Your check-in" */
export const nameOf = (act: string): string =>
  act.endsWith('/offline-scans') ? 'Your scan' : (names[act] ?? 'Your tap');
