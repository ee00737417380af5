/** As many as the server hands over at once. */
export const BULK_MOST = 50;
