-- The foundation: people and their sign-in, the log that every screen follows, the journal, and attendance.

-- People are better-auth’s users with what a workplace adds.
CREATE TABLE people (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE,
  email_verified INTEGER NOT NULL DEFAULT 0,
  image TEXT,
  roles TEXT NOT NULL DEFAULT '["employee"]' CHECK (json_valid(roles)),
  active INTEGER NOT NULL DEFAULT 1,
  department TEXT,
  position TEXT,
  zone TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  token TEXT NOT NULL UNIQUE,
  expires_at INTEGER NOT NULL,
  ip_address TEXT,
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_of_a_person ON sessions (user_id);

CREATE TABLE accounts (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  issuer TEXT NOT NULL,
  account_id TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  access_token TEXT,
  refresh_token TEXT,
  id_token TEXT,
  access_token_expires_at INTEGER,
  refresh_token_expires_at INTEGER,
  scope TEXT,
  password TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX accounts_of_a_person ON accounts (user_id);

CREATE TABLE verifications (
  id TEXT PRIMARY KEY NOT NULL,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- One-time links that make the first admin. Only the token’s SHA-256 is kept.
CREATE TABLE setup_links (
  hash TEXT PRIMARY KEY NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Failed tries a key (an account, an address) within a window.
CREATE TABLE tries (
  key TEXT PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL,
  resets_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The log’s life. A restored database gets a new epoch, so that no screen mixes numbers of two lives.
CREATE TABLE log (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch TEXT NOT NULL
) STRICT;
INSERT INTO log (id, epoch) VALUES (1, lower(hex(randomblob(8))));

-- Where each channel stands. A counter row, so a number never comes back even when the events are trimmed to nothing.
-- Events with seq <= floor are gone.
CREATE TABLE heads (
  channel TEXT PRIMARY KEY NOT NULL,
  seq INTEGER NOT NULL,
  floor INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  channel TEXT NOT NULL,
  seq INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  type TEXT NOT NULL,
  at INTEGER NOT NULL,
  by TEXT,
  data TEXT NOT NULL,
  PRIMARY KEY (channel, seq)
) STRICT, WITHOUT ROWID;

-- The audit trail, never trimmed. `applied` is changes() of the write before it: a guard that matched nothing fails
-- the CHECK and with it the whole batch.
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT,
  after TEXT,
  applied INTEGER NOT NULL CHECK (applied = 1)
) STRICT;
CREATE INDEX journal_of_a_subject ON journal (subject, id);

-- A key takes effect once – its answer is the journal entry it names. `channels` are nudged when the answer is given again.
CREATE TABLE idempotency (
  actor TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  entry INTEGER NOT NULL,
  at INTEGER NOT NULL,
  channels TEXT NOT NULL,
  PRIMARY KEY (actor, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (at);

-- One stay at work. It belongs to the local date of its start in its zone.
CREATE TABLE attendance (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id),
  work_date TEXT NOT NULL,
  zone TEXT NOT NULL,
  in_at INTEGER NOT NULL,
  out_at INTEGER CHECK (out_at >= in_at)
) STRICT;
CREATE UNIQUE INDEX one_open_record_a_person ON attendance (person_id) WHERE out_at IS NULL;
CREATE INDEX attendance_of_a_person ON attendance (person_id, work_date);
CREATE INDEX attendance_by_date ON attendance (work_date);
