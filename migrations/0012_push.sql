-- Pushes to devices. A subscription belongs to a session and goes with it. A push waits in its table until it is sent.
CREATE TABLE push_subscriptions (
  session_id TEXT PRIMARY KEY NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  endpoint TEXT NOT NULL UNIQUE,
  p256dh TEXT NOT NULL,
  auth TEXT NOT NULL,
  origin TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  tested_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE push_kinds (
  kind TEXT NOT NULL,
  session_id TEXT NOT NULL REFERENCES push_subscriptions (session_id) ON DELETE CASCADE,
  PRIMARY KEY (kind, session_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX push_kinds_of_a_device ON push_kinds (session_id);

CREATE TABLE pushes (
  id TEXT NOT NULL,
  session_id TEXT NOT NULL REFERENCES push_subscriptions (session_id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  href TEXT NOT NULL,
  tries INTEGER NOT NULL,
  next_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (id, session_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX pushes_due ON pushes (next_at);

CREATE INDEX pushes_to_a_device ON pushes (session_id);

CREATE TABLE quiet_hours (
  person_id TEXT PRIMARY KEY NOT NULL REFERENCES people (id),
  from_time TEXT NOT NULL,
  to_time TEXT NOT NULL
) STRICT, WITHOUT ROWID;
