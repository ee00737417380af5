/** Says in words why a folder takes no data, and what to do. */

/** Codes of the system, and texts of SQLite (sqlite.org/rescode.html). */
const REASONS: readonly [RegExp, string][] = [
  [/ENOSPC|EDQUOT|SQLITE_FULL|disk is full/, 'its disk is full. Free some space and start again'],
  [
    // Node reports ENOENT for a nested folder that it cannot make.
    /EROFS|EACCES|EPERM|SQLITE_READONLY|SQLITE_CANTOPEN|readonly database|ENOENT.*mkdir/,
    'it may only be read. Make it writable for this user, or name another one: MUSTER_FOLDER=<folder> npm start',
  ],
  [/EEXIST|ENOTDIR/, 'it is no folder. Name another one: MUSTER_FOLDER=<folder> npm start'],
];

/** The error with words for its reader; the same error if its reason is another. */
export function inWords(error: unknown, folder: string): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  const [, reason] = REASONS.find(([texts]) => texts.test(textOf(known))) ?? [];
  return reason === undefined
    ? known
    : new Error(`Muster cannot keep its data in ${folder}: ${reason}.`, { cause: error });
}

const textOf = (error: Error): string =>
  error.cause instanceof Error ? `${error.message} ${textOf(error.cause)}` : error.message;
