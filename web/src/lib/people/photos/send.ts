interface Answer {
  ok: boolean;
  status: number;
  json(): Promise<unknown>;
}

/** Sends a photo as the whole body of a request. */
export type PhotoSend = (how: {
  headers: { 'Idempotency-Key': string; 'Content-Type': string };
  init: { body: Blob };
}) => Promise<Answer>;
