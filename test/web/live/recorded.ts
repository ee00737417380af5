import { uuidv7 } from 'uuidv7';
import type { RecordWithBreaks } from '$contract/attendance/corrections/corrections';

/** A record in Berlin as the server shows it; times are ISO 8601. */
export function recorded(
  workDate: string,
  from: string,
  to: string | null,
  breaks: readonly { from: string; to: string | null }[] = [],
): RecordWithBreaks {
  const [id, personId] = [uuidv7(), uuidv7()];
  const at = (iso: string | null) => (iso === null ? null : Date.parse(iso));
  return {
    record: {
      id,
      personId,
      workDate,
      zone: 'Europe/Berlin',
      inAt: Date.parse(from),
      outAt: at(to),
      auto: false,
      unconfirmed: false,
      corrected: false,
      photo: null,
      dueAt: null,
      dueOut: null,
    },
    breaks: breaks.map((it) => ({
      id: uuidv7(),
      recordId: id,
      personId,
      kind: 'meal',
      startAt: Date.parse(it.from),
      endAt: at(it.to),
      dueAt: Date.parse(it.from) + 1_800_000,
      auto: false,
    })),
  };
}
