/** How much is measured. Everything is bounded in counts and in time. */

export type Plan = {
  /** Listeners on one channel, in the order they are let in. */
  audiences: { sockets: number; rate: number; seconds: number; burst: number }[];
  /** The burst whose rounds are compared with the references: its middle round counts. */
  rounds: number;
  /** Check-ins as fast as they are answered. */
  checkIns: { clients: number; seconds: number; listeners: number[] };
  board: { requests: number };
  /** Students who scan one code within so long. */
  hall: { students: number; seconds: number };
  /** Orders paid at so many a second, while so many releasing desks listen. */
  desk: { orders: number; rate: number; desks: number };
  /** Sockets that idle until their object sleeps (it does after 10 s). */
  idle: { sockets: number; seconds: number } | undefined;
};

export const full: Plan = {
  audiences: [
    { sockets: 100, rate: 20, seconds: 8, burst: 200 },
    { sockets: 1_000, rate: 20, seconds: 8, burst: 200 },
    { sockets: 5_000, rate: 10, seconds: 8, burst: 40 },
  ],
  rounds: 3,
  checkIns: { clients: 32, seconds: 6, listeners: [0, 1_000] },
  board: { requests: 30 },
  hall: { students: 300, seconds: 30 },
  desk: { orders: 200, rate: 20, desks: 40 },
  idle: { sockets: 5_000, seconds: 12 },
};

/** Under a minute: whether everything still works, and roughly how fast. */
export const quick: Plan = {
  audiences: [
    { sockets: 100, rate: 20, seconds: 2, burst: 100 },
    { sockets: 1_000, rate: 20, seconds: 2, burst: 100 },
  ],
  rounds: 1,
  checkIns: { clients: 32, seconds: 2, listeners: [0] },
  board: { requests: 10 },
  hall: { students: 100, seconds: 5 },
  desk: { orders: 40, rate: 20, desks: 10 },
  idle: undefined,
};
