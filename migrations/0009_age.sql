-- Whatever grows with age is found by an index: no page, list or job may read a whole table.
CREATE INDEX journal_of_an_actor ON journal (actor, id);
CREATE INDEX journal_of_an_action ON journal (action, id);
CREATE INDEX live_sessions_by_date ON live_sessions (work_date);
CREATE INDEX live_sessions_scheduled ON live_sessions (starts_at) WHERE state = 'scheduled';
CREATE INDEX sessions_by_expiry ON sessions (expires_at);
CREATE INDEX tries_by_reset ON tries (resets_at);
