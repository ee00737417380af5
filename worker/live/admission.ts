/**
 * The headers by which the Worker tells a channel's object whom it admits, the head it has just read, and what their
 * presence counts for there (`presenceOn` in contract/channels.ts).
 */
export const admission = {
  person: 'x-person',
  session: 'x-session',
  cursor: 'x-cursor',
  presence: 'x-presence',
} as const;
