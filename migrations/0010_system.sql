-- An admin sees when each job last ran, how it went, and how fast the database grows.
CREATE TABLE job_runs (
  job TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failed_at INTEGER
) STRICT;

CREATE TABLE database_sizes (
  date TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  bytes INTEGER NOT NULL
) STRICT;
