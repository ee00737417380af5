/** The acts that may be sent: the API's path, and what a page calls it. A slice joins the outbox with a line here. */
const acts: readonly [path: RegExp, name: string][] = [
  [/^attendance\/check-in$/, 'Your check-in'],
  [/^attendance\/check-out$/, 'Your check-out'],
  [/^attendance\/break-start$/, 'The start of your break'],
  [/^attendance\/break-end$/, 'The end of your break'],
  [/^sessions\/[\da-f-]{36}\/offline-scans$/, 'Your scan'],
];

const declared = (act: string) => acts.find(([path]) => path.test(act));

/** What waits on a device is the device's: it must not choose which request a session sends. */
export const isDeclared = (act: string): boolean => declared(act) !== undefined;

/** "Your check-in" */
export const nameOf = (act: string): string => declared(act)?.[1] ?? 'Your tap';
