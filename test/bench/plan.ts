/** How much is measured: every measurement has a limit in count and time. */

export type Plan = {
  /** Listeners on one channel, in the order in which they connect. */
  audiences: { sockets: number; rate: number; seconds: number; burst: number }[];
  /** Rounds of a burst; the middle one counts. */
  rounds: number;
  /** Check-ins in a closed loop, by this many people, whose own page is open: each may write 120 times a minute. */
  checkIns: { clients: number; seconds: number; people: number; listeners: number[] };
  board: { requests: number };
  /** Students who scan one code within this time. */
  scanBurst: { students: number; seconds: number };
  /** Orders paid at this rate a second, while release desks listen. */
  releaseDesk: { orders: number; rate: number; desks: number };
  /** Sockets idle until their object hibernates, after 10 s. */
  idle: { sockets: number; seconds: number } | undefined;
};

export const full: Plan = {
  audiences: [
    { sockets: 100, rate: 20, seconds: 8, burst: 200 },
    { sockets: 1_000, rate: 20, seconds: 8, burst: 200 },
    { sockets: 5_000, rate: 10, seconds: 8, burst: 40 },
  ],
  rounds: 3,
  checkIns: { clients: 32, seconds: 6, people: 300, listeners: [0, 1_000] },
  board: { requests: 30 },
  scanBurst: { students: 300, seconds: 30 },
  releaseDesk: { orders: 200, rate: 20, desks: 40 },
  idle: { sockets: 5_000, seconds: 12 },
};

/** Under a minute: a smoke test with rough figures. */
export const quick: Plan = {
  audiences: [
    { sockets: 100, rate: 20, seconds: 2, burst: 100 },
    { sockets: 1_000, rate: 20, seconds: 2, burst: 100 },
  ],
  rounds: 1,
  checkIns: { clients: 32, seconds: 2, people: 300, listeners: [0] },
  board: { requests: 10 },
  scanBurst: { students: 100, seconds: 5 },
  releaseDesk: { orders: 40, rate: 20, desks: 10 },
  idle: undefined,
};
