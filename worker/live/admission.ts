/** The headers by which the Worker tells a channel's object whom it admits, and the head it has just read. */
export const admission = { person: 'x-person', session: 'x-session', cursor: 'x-cursor' } as const;
