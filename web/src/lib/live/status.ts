/**
 * - `live`: the screen is exact now.
 * - `catching_up`: events may be missing; they are being pulled.
 * - `polling`: sockets fail; the screen is exact as of the last poll.
 * - `offline`: the server is not reached; the screen is exact as of `asOf`.
 */
export type Status = 'live' | 'catching_up' | 'polling' | 'offline';
