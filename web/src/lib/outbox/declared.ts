import type { Act } from './act';

const SALE = /^orders\/offline-sales$/;

/** The acts that may be sent: the API's path, and what a page calls it. A slice joins the outbox with a line here. */
const acts: readonly [path: RegExp, name: string][] = [
  [/^attendance\/check-in$/, 'Your check-in'],
  [/^attendance\/check-out$/, 'Your check-out'],
  [/^attendance\/break-start$/, 'The start of your break'],
  [/^attendance\/break-end$/, 'The end of your break'],
  [/^sessions\/[\da-f-]{36}\/offline-scans$/, 'Your scan'],
  [SALE, 'Your sale'],
];

const declared = (act: string) => acts.find(([path]) => path.test(act));

/** What waits on a device is the device's: it must not choose which request a session sends. */
export const isDeclared = (act: string): boolean => declared(act) !== undefined;

/** Whether it is a sale, which is no tap. */
export const isSale = (act: string): boolean => SALE.test(act);

/** "Your check-in", "Your sale D0147-A003" */
export function nameOf({ act, body: { receipt } }: Pick<Act, 'act' | 'body'>): string {
  const name = declared(act)?.[1] ?? 'Your tap';
  return isSale(act) && typeof receipt === 'string' ? `${name} ${receipt}` : name;
}
