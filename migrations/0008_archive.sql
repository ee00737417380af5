-- The contents of the journal get a hash of their own, so that they can move to R2, or be erased, without breaking the chain.

-- SHA-256 of salt, before and after. It is null in seals from before this migration, which hash the contents themselves.
ALTER TABLE seals ADD COLUMN content TEXT;
ALTER TABLE seals ADD COLUMN salt TEXT;
-- Salt, before and after are in R2.
ALTER TABLE seals ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;

ALTER TABLE people ADD COLUMN erased_at INTEGER;
CREATE INDEX erased_people ON people (id) WHERE erased_at IS NOT NULL;

-- Entries without contents, and the `person.erased` that lists them. `purged`: their contents are gone from R2 too.
CREATE TABLE erased_entries (
  entry INTEGER PRIMARY KEY NOT NULL,
  erasure INTEGER NOT NULL,
  purged INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_to_purge ON erased_entries (entry) WHERE purged = 0;

-- For finding what belongs to one person.
CREATE INDEX registrations_by_email ON registrants (email);
CREATE INDEX excuses_of_a_person ON session_excuses (person_id);
CREATE INDEX session_people_of_a_person ON session_people (person_id);
CREATE INDEX requests_of_a_person ON session_requests (person_id);
CREATE INDEX failures_of_a_person ON session_failures (person_id);
CREATE INDEX sessions_of_a_group ON session_groups (group_id);
CREATE INDEX drawers_of_a_person ON drawers (person_id);
CREATE INDEX comments_of_a_person ON order_comments (person_id);
