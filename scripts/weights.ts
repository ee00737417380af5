/** How much a first load of a page may weigh (docs/decisions/070-a-phone-loads-little.md). */
export type Limit = {
  name: string;
  path: string;
  as: 'employee' | 'admin';
  /** JavaScript: the files' sizes in gzip, in kB of 1,000 bytes. */
  kB: number;
  /** All requests, with the page itself. */
  requests: number;
};

const phone = { as: 'employee', kB: 80, requests: 25 } as const;
const desk = { as: 'admin', kB: 130, requests: 40 } as const;

/** @param session the id of a running session */
export const limits = (session: string): Limit[] => [
  { name: 'my day', path: '/', ...phone },
  { name: 'a scan', path: `/s/${session}`, ...phone },
  { name: 'scanner', path: '/scan', ...phone },
  { name: 'board', path: '/admin', ...desk },
  { name: 'till', path: '/cashier/pos', ...desk },
];
