-- Sessions: live classes and sheets of shifts, with rosters, rotating codes, marks and a lock.

CREATE TABLE courses (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  threshold INTEGER NOT NULL CHECK (threshold BETWEEN 0 AND 100),
  active INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE groups (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  active INTEGER NOT NULL DEFAULT 1
) STRICT;

-- Sessions that start before `since`, or at or after `until`, do not count for the person.
CREATE TABLE group_members (
  group_id TEXT NOT NULL REFERENCES groups (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  since INTEGER NOT NULL,
  until INTEGER,
  PRIMARY KEY (group_id, person_id, since)
) STRICT, WITHOUT ROWID;
-- Whoever comes back belongs anew – the time before stays as it was.
CREATE UNIQUE INDEX one_membership_a_person ON group_members (group_id, person_id) WHERE until IS NULL;
CREATE INDEX groups_of_a_person ON group_members (person_id);

-- `secret` makes the codes and never leaves the Worker. `turn` counts the codes of strict mode.
CREATE TABLE live_sessions (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  course_id TEXT REFERENCES courses (id),
  room TEXT,
  starts_at INTEGER NOT NULL,
  ends_at INTEGER NOT NULL CHECK (ends_at > starts_at),
  zone TEXT NOT NULL,
  work_date TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('scheduled', 'active', 'completed', 'cancelled')),
  started_at INTEGER,
  ended_at INTEGER,
  late_after_minutes INTEGER,
  opens_before_minutes INTEGER NOT NULL,
  period_seconds INTEGER NOT NULL CHECK (period_seconds BETWEEN 5 AND 60),
  strict INTEGER NOT NULL,
  turn INTEGER NOT NULL DEFAULT 0,
  shown INTEGER NOT NULL DEFAULT 1,
  geofence TEXT CHECK (json_valid(geofence)),
  secret TEXT NOT NULL,
  locked_at INTEGER,
  locked_by TEXT REFERENCES people (id),
  lock_reason TEXT,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX live_sessions_by_time ON live_sessions (starts_at);
CREATE INDEX live_sessions_to_end ON live_sessions (ends_at) WHERE state = 'active';

CREATE TABLE session_hosts (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_a_host ON session_hosts (person_id);

CREATE TABLE session_groups (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  group_id TEXT NOT NULL REFERENCES groups (id),
  PRIMARY KEY (session_id, group_id)
) STRICT, WITHOUT ROWID;

-- People expected beside those of the groups.
CREATE TABLE session_people (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

-- Who is expected: so that a late enrolment, or a leaving, counts from its own moment on.
CREATE VIEW session_roster AS
  SELECT session_people.session_id, session_people.person_id
  FROM session_people JOIN people ON people.id = session_people.person_id AND people.active
  UNION
  SELECT live_sessions.id, group_members.person_id
  FROM live_sessions
  JOIN session_groups ON session_groups.session_id = live_sessions.id
  JOIN group_members ON group_members.group_id = session_groups.group_id
    AND since <= starts_at AND (until IS NULL OR until > starts_at)
  JOIN people ON people.id = group_members.person_id AND people.active;

-- What counts for a person. The lock’s own rows (method lock) go when it is undone – all others stay as they were.
CREATE TABLE session_attendance (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  status TEXT NOT NULL CHECK (status IN ('present', 'late', 'absent', 'excused')),
  at INTEGER NOT NULL,
  method TEXT NOT NULL,
  by TEXT,
  reason TEXT,
  band TEXT,
  device TEXT,
  flags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(flags)),
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_an_attendee ON session_attendance (person_id, at);
CREATE INDEX attendees_by_device ON session_attendance (session_id, device) WHERE device IS NOT NULL;

-- Known beforehand: whoever does not come is excused and not absent.
CREATE TABLE session_excuses (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  reason TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

-- Whoever cannot show where they are asks a host – the row goes when the host has answered.
CREATE TABLE session_requests (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  method TEXT NOT NULL,
  band TEXT,
  device TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

-- A scan exchanged: bound to a person (or, as a pass from before the sign-in, not yet), good once. Only the SHA-256 is kept.
CREATE TABLE session_tickets (
  hash TEXT PRIMARY KEY NOT NULL,
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT REFERENCES people (id),
  method TEXT NOT NULL,
  scanned_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX session_tickets_spent ON session_tickets (expires_at);

-- Refused tries of a person, for the host to see that there were many.
CREATE TABLE session_failures (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  count INTEGER NOT NULL,
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;
