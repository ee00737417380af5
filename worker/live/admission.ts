/**
 * The headers by which the Worker tells a channel's object whom it admits, the head it has just read, and, where presence
 * counts, whether they are merely `present` or `watch` it.
 */
export const admission = {
  person: 'x-person',
  session: 'x-session',
  cursor: 'x-cursor',
  presence: 'x-presence',
} as const;
