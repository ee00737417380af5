-- A whole workplace: settings, schedules, holidays, breaks, marks, corrections, invitations, notifications, and the journal’s seal.

ALTER TABLE people ADD COLUMN category TEXT;
-- What a person is found by, without accents and in lower case – null until the job has written it for those who are here already.
ALTER TABLE people ADD COLUMN search TEXT;
CREATE INDEX people_not_folded ON people (id) WHERE search IS NULL;

-- The workplace’s rules, whole, from a local date on. `applies_at` is the start of that date in the zone they name.
CREATE TABLE settings (
  valid_from TEXT PRIMARY KEY NOT NULL,
  applies_at INTEGER NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;

CREATE TABLE schedules (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  active INTEGER NOT NULL DEFAULT 1
) STRICT;

-- A schedule’s week from a local date on: a change never rewrites the days before it.
CREATE TABLE schedule_weeks (
  schedule_id TEXT NOT NULL REFERENCES schedules (id),
  valid_from TEXT NOT NULL,
  week TEXT NOT NULL CHECK (json_valid(week)),
  PRIMARY KEY (schedule_id, valid_from)
) STRICT, WITHOUT ROWID;

-- Who follows which schedule from a local date on – null for none.
CREATE TABLE assignments (
  person_id TEXT NOT NULL REFERENCES people (id),
  valid_from TEXT NOT NULL,
  schedule_id TEXT REFERENCES schedules (id),
  PRIMARY KEY (person_id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE holidays (
  date TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `due_at`: when the job closes a record that nobody closed – `due_out`: the time it then says. Both are reckoned at check-in.
-- A change of the roster makes `due_at` null, and `due_out` then counts such changes until the job has reckoned both anew.
ALTER TABLE attendance ADD COLUMN due_at INTEGER;
ALTER TABLE attendance ADD COLUMN due_out INTEGER;
ALTER TABLE attendance ADD COLUMN auto INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN corrected INTEGER NOT NULL DEFAULT 0;
-- The check-in photo in R2.
ALTER TABLE attendance ADD COLUMN photo TEXT;
-- Nobody reckoned it for those who are in while this is applied.
UPDATE attendance SET due_at = in_at + 50400000, due_out = in_at + 50400000 WHERE out_at IS NULL;
CREATE INDEX attendance_due ON attendance (due_at) WHERE out_at IS NULL;

-- `due_at` is where the day’s allowance for that kind ends: the job ends the break there, to the millisecond.
CREATE TABLE breaks (
  id TEXT PRIMARY KEY NOT NULL,
  record_id TEXT NOT NULL REFERENCES attendance (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER CHECK (end_at >= start_at AND end_at <= due_at),
  due_at INTEGER NOT NULL,
  auto INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX one_open_break_a_record ON breaks (record_id) WHERE end_at IS NULL;
CREATE INDEX breaks_of_a_record ON breaks (record_id, start_at);
CREATE INDEX breaks_due ON breaks (due_at) WHERE end_at IS NULL;

-- What a supervisor, or the job (set_by null), says of a person’s day. `absence_told`: the job has marked the shift once.
CREATE TABLE marks (
  person_id TEXT NOT NULL REFERENCES people (id),
  work_date TEXT NOT NULL,
  status TEXT,
  note TEXT,
  set_by TEXT,
  at INTEGER NOT NULL,
  absence_told INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (person_id, work_date)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_by_date ON marks (work_date);

-- How far a scheduled job has come, UTC epoch milliseconds: after days without running it goes on from there.
CREATE TABLE progress (
  job TEXT PRIMARY KEY NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What somebody asks to have changed. The old times stay here and in the journal for ever.
CREATE TABLE corrections (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id),
  record_id TEXT NOT NULL,
  work_date TEXT NOT NULL,
  zone TEXT NOT NULL,
  old_in INTEGER,
  old_out INTEGER,
  new_in INTEGER NOT NULL,
  new_out INTEGER NOT NULL CHECK (new_out > new_in),
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  decided_by TEXT,
  decided_at INTEGER,
  answer TEXT
) STRICT;
CREATE UNIQUE INDEX one_pending_correction_a_record ON corrections (record_id) WHERE state = 'pending';
CREATE INDEX corrections_of_a_person ON corrections (person_id, requested_at);
CREATE INDEX corrections_by_state ON corrections (state, requested_at);
CREATE INDEX corrections_by_time ON corrections (requested_at);

-- One-time links by which somebody chooses their password. Only the token’s SHA-256 is kept.
CREATE TABLE invitations (
  hash TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_of_a_person ON invitations (person_id);

CREATE TABLE notifications (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  href TEXT NOT NULL,
  at INTEGER NOT NULL,
  read_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_of_a_person ON notifications (person_id, at);
CREATE INDEX unread_notifications ON notifications (person_id) WHERE read_at IS NULL;
CREATE INDEX read_notifications ON notifications (at) WHERE read_at IS NOT NULL;

-- Kinds of notification that a person does not want.
CREATE TABLE muted_kinds (
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  PRIMARY KEY (person_id, kind)
) STRICT, WITHOUT ROWID;

-- Photos in R2 that no row names: being uploaded since then, or (0) done with. The job deletes them.
CREATE TABLE loose_photos (
  key TEXT PRIMARY KEY NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal’s hash chain: each seal is made of the one before and the entry’s own content.
CREATE TABLE seals (
  entry INTEGER PRIMARY KEY NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX journal_by_time ON journal (at);

-- A person has one password: whoever accepts an invitation again replaces it.
CREATE UNIQUE INDEX one_account_a_provider ON accounts (user_id, provider_id);
