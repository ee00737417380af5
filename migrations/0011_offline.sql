-- Taps that a phone kept while it had no network are marked.
ALTER TABLE attendance ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;
ALTER TABLE breaks ADD COLUMN offline INTEGER NOT NULL DEFAULT 0;
