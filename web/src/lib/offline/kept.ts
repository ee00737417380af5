/** What a device keeps of a person's pages, and for how long. The pages write it; the service worker reads it. */

/** A page as of its last exact moment. */
export interface KeptPage {
  /** `addressOf` of the page, or `LAYOUT`. */
  address: string;
  /** The id of the person whose page it is. */
  person: string;
  /** The build's: another one's pages may need other data. */
  version: string;
  /** That moment by the server's clock, and by the device's. */
  asOf: number;
  at: number;
  data: Readonly<Record<string, unknown>>;
}

/** The address of what all pages share. */
export const LAYOUT = 'layout';

/** The pages that are kept, with the parameters that choose their data. */
const pages: Readonly<Record<string, readonly string[]>> = {
  '/': [],
  '/hours': ['month'],
  '/sessions': ['of', 'from'],
  '/scan': [],
  '/admin': ['date'],
  '/cashier/pos': [],
};

/** Under which address a page is kept; undefined if it is not. */
export function addressOf({ pathname, searchParams }: URL): string | undefined {
  const choosing = pages[pathname];
  if (!choosing) return undefined;
  const chosen = choosing.flatMap((name) => {
    const value = searchParams.get(name);
    return value === null ? [] : [[name, value]];
  });
  return chosen.length === 0 ? pathname : `${pathname}?${new URLSearchParams(chosen)}`;
}

const DAY_MS = 86_400_000;
/** A device's clock that was set back further could keep a page for ever. */
const SET_BACK_MS = 5 * 60_000;

/** The oldest and the latest `at` of what may still be shown. */
export const lifetime = (now: number): { from: number; to: number } => ({
  from: now - DAY_MS,
  to: now + SET_BACK_MS,
});
