-- The tables as migrations/ make them. `npx vitest run --project worker schema -u` writes this file.

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
  updated_at INTEGER NOT NULL,
  category TEXT,
  search TEXT,
  staff_number TEXT,
  sort_key TEXT,
  erased_at INTEGER
) STRICT;

CREATE INDEX erased_people ON people (id) WHERE erased_at IS NOT NULL;

CREATE UNIQUE INDEX one_person_a_staff_number ON people (staff_number) WHERE staff_number IS NOT NULL;

CREATE INDEX people_in_order ON people (sort_key, id);

CREATE INDEX people_without_keys ON people (id) WHERE search IS NULL OR sort_key IS NULL;

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

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

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

CREATE UNIQUE INDEX one_account_a_provider ON accounts (user_id, provider_id);

CREATE TABLE verifications (
  id TEXT PRIMARY KEY NOT NULL,
  identifier TEXT NOT NULL,
  value TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setup_links (
  hash TEXT PRIMARY KEY NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE tries (
  key TEXT PRIMARY KEY NOT NULL,
  count INTEGER NOT NULL,
  resets_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX tries_by_reset ON tries (resets_at);

CREATE TABLE log (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch TEXT NOT NULL
) STRICT;

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

CREATE INDEX journal_by_time ON journal (at);

CREATE INDEX journal_of_a_subject ON journal (subject, id);

CREATE INDEX journal_of_an_action ON journal (action, id);

CREATE INDEX journal_of_an_actor ON journal (actor, id);

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

CREATE TABLE attendance (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id),
  work_date TEXT NOT NULL,
  zone TEXT NOT NULL,
  in_at INTEGER NOT NULL,
  out_at INTEGER CHECK (out_at >= in_at),
  due_at INTEGER,
  due_out INTEGER,
  auto INTEGER NOT NULL DEFAULT 0,
  corrected INTEGER NOT NULL DEFAULT 0,
  photo TEXT,
  plan_changes INTEGER NOT NULL DEFAULT 0,
  unconfirmed INTEGER NOT NULL DEFAULT 0,
  reminded INTEGER NOT NULL DEFAULT 0,
  offline INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX attendance_by_date ON attendance (work_date);

CREATE INDEX attendance_due ON attendance (due_at) WHERE out_at IS NULL;

CREATE INDEX attendance_of_a_person ON attendance (person_id, work_date);

CREATE INDEX attendance_to_remind ON attendance (due_out) WHERE out_at IS NULL AND reminded = 0;

CREATE UNIQUE INDEX one_open_record_a_person ON attendance (person_id) WHERE out_at IS NULL;

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

CREATE TABLE schedule_weeks (
  schedule_id TEXT NOT NULL REFERENCES schedules (id),
  valid_from TEXT NOT NULL,
  week TEXT NOT NULL CHECK (json_valid(week)),
  PRIMARY KEY (schedule_id, valid_from)
) STRICT, WITHOUT ROWID;

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

CREATE TABLE marks (
  person_id TEXT NOT NULL REFERENCES people (id),
  work_date TEXT NOT NULL,
  status TEXT,
  note TEXT,
  set_by TEXT,
  at INTEGER NOT NULL,
  absence_notified INTEGER NOT NULL DEFAULT 0,
  counts_early INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (person_id, work_date)
) STRICT, WITHOUT ROWID;

CREATE INDEX marks_by_date ON marks (work_date);

CREATE TABLE progress (
  job TEXT PRIMARY KEY NOT NULL,
  until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

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
  read_at INTEGER,
  named_id TEXT,
  named_as TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX notifications_of_a_person ON notifications (person_id, at);

CREATE INDEX notifications_that_name ON notifications (named_id) WHERE named_id IS NOT NULL;

CREATE INDEX read_notifications ON notifications (at) WHERE read_at IS NOT NULL;

CREATE INDEX unread_notifications ON notifications (person_id) WHERE read_at IS NULL;

CREATE TABLE muted_kinds (
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  PRIMARY KEY (person_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE "orphaned_photos" (
  key TEXT PRIMARY KEY NOT NULL,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seals (
  entry INTEGER PRIMARY KEY NOT NULL,
  hash TEXT NOT NULL,
  content TEXT,
  salt TEXT,
  archived INTEGER NOT NULL DEFAULT 0
) STRICT;

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

CREATE TABLE group_members (
  group_id TEXT NOT NULL REFERENCES groups (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  since INTEGER NOT NULL,
  until INTEGER,
  PRIMARY KEY (group_id, person_id, since)
) STRICT, WITHOUT ROWID;

CREATE INDEX groups_of_a_person ON group_members (person_id);

CREATE UNIQUE INDEX one_membership_a_person ON group_members (group_id, person_id) WHERE until IS NULL;

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

CREATE INDEX live_sessions_by_date ON live_sessions (work_date);

CREATE INDEX live_sessions_by_time ON live_sessions (starts_at);

CREATE INDEX live_sessions_scheduled ON live_sessions (starts_at) WHERE state = 'scheduled';

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

CREATE INDEX sessions_of_a_group ON session_groups (group_id);

CREATE TABLE session_people (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX session_people_of_a_person ON session_people (person_id);

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

CREATE TABLE session_attendance (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  status TEXT NOT NULL CHECK (status IN ('present', 'late', 'absent', 'excused')),
  at INTEGER NOT NULL,
  method TEXT NOT NULL,
  by TEXT,
  reason TEXT,
  distance_zone TEXT,
  device TEXT,
  flags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(flags)),
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX attendees_by_device ON session_attendance (session_id, device) WHERE device IS NOT NULL;

CREATE INDEX sessions_of_an_attendee ON session_attendance (person_id, at);

CREATE TABLE session_excuses (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  reason TEXT NOT NULL,
  by TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX excuses_of_a_person ON session_excuses (person_id);

CREATE TABLE session_requests (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  method TEXT NOT NULL,
  distance_zone TEXT,
  device TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX requests_of_a_person ON session_requests (person_id);

CREATE TABLE session_tickets (
  hash TEXT PRIMARY KEY NOT NULL,
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT REFERENCES people (id),
  method TEXT NOT NULL,
  scanned_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at INTEGER,
  device TEXT,
  slot INTEGER,
  redeemed_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX one_pass_a_device_and_code ON session_tickets (session_id, device, slot)
  WHERE person_id IS NULL AND device IS NOT NULL;

CREATE INDEX session_tickets_spent ON session_tickets (expires_at);

CREATE TABLE session_failures (
  session_id TEXT NOT NULL REFERENCES live_sessions (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  count INTEGER NOT NULL,
  PRIMARY KEY (session_id, person_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX failures_of_a_person ON session_failures (person_id);

CREATE TABLE places (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  active INTEGER NOT NULL DEFAULT 1,
  asks_receiver INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE products (
  id TEXT PRIMARY KEY NOT NULL,
  sku TEXT NOT NULL UNIQUE COLLATE NOCASE,
  barcode TEXT UNIQUE,
  name TEXT NOT NULL,
  category TEXT,
  price INTEGER NOT NULL CHECK (price >= 0),
  stock INTEGER NOT NULL CHECK (stock >= 0),
  held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
  sold INTEGER NOT NULL DEFAULT 0 CHECK (sold >= 0),
  low_at INTEGER NOT NULL CHECK (low_at >= 0),
  active INTEGER NOT NULL DEFAULT 1,
  updated_at INTEGER NOT NULL,
  short INTEGER NOT NULL DEFAULT 0 CHECK (short >= 0),
  tax_rate INTEGER,
  color TEXT,
  favourite INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE packages (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  description TEXT,
  price INTEGER NOT NULL CHECK (price >= 0),
  active INTEGER NOT NULL DEFAULT 1,
  updated_at INTEGER NOT NULL,
  tax_rate INTEGER
) STRICT;

CREATE TABLE package_products (
  package_id TEXT NOT NULL REFERENCES packages (id),
  product_id TEXT NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (package_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE queues (
  place_id TEXT NOT NULL REFERENCES places (id),
  date TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (place_id, date)
) STRICT, WITHOUT ROWID;

CREATE TABLE displays (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  place_id TEXT REFERENCES places (id),
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL REFERENCES people (id),
  opened_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE departments (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE terms (
  person_id TEXT NOT NULL REFERENCES people (id),
  valid_from TEXT NOT NULL,
  employed INTEGER NOT NULL,
  department_id TEXT REFERENCES departments (id),
  position TEXT,
  category TEXT,
  zone TEXT,
  weekly_minutes INTEGER,
  PRIMARY KEY (person_id, valid_from)
) STRICT, WITHOUT ROWID;

CREATE INDEX terms_by_date ON terms (valid_from);

CREATE TABLE closing (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  through TEXT
) STRICT;

CREATE TABLE "breaks" (
  id TEXT PRIMARY KEY NOT NULL,
  record_id TEXT NOT NULL REFERENCES attendance (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER CHECK (end_at >= start_at),
  due_at INTEGER NOT NULL,
  auto INTEGER NOT NULL DEFAULT 0,
  offline INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX breaks_due ON breaks (due_at) WHERE end_at IS NULL;

CREATE INDEX breaks_of_a_record ON breaks (record_id, start_at);

CREATE UNIQUE INDEX one_open_break_a_record ON breaks (record_id) WHERE end_at IS NULL;

CREATE TABLE "corrections" (
  id TEXT PRIMARY KEY NOT NULL,
  person_id TEXT NOT NULL REFERENCES people (id),
  from_date TEXT NOT NULL,
  to_date TEXT NOT NULL,
  zone TEXT NOT NULL,
  before TEXT NOT NULL CHECK (json_valid(before)),
  after TEXT NOT NULL CHECK (json_valid(after)),
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  requested_at INTEGER NOT NULL,
  decided_by TEXT,
  decided_at INTEGER,
  answer TEXT
) STRICT;

CREATE INDEX corrections_by_state ON corrections (state, requested_at);

CREATE INDEX corrections_by_time ON corrections (requested_at);

CREATE INDEX corrections_of_a_person ON corrections (person_id, requested_at);

CREATE TABLE erased_entries (
  entry INTEGER PRIMARY KEY NOT NULL,
  erasure INTEGER NOT NULL,
  purged INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE INDEX entries_to_purge ON erased_entries (entry) WHERE purged = 0;

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

CREATE TABLE "sales" (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('order', 'registration')),
  place_id TEXT REFERENCES places (id),
  -- The business day.
  date TEXT NOT NULL,
  number INTEGER CHECK (number > 0),
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  subtotal INTEGER NOT NULL CHECK (subtotal >= 0),
  tax INTEGER NOT NULL CHECK (tax >= 0),
  total INTEGER NOT NULL CHECK (total = subtotal + tax),
  tax_rate INTEGER NOT NULL,
  tax_included INTEGER NOT NULL,
  taxes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(taxes)),
  -- Of the whole order, it is spread over the lines. `discount_percent` is hundredths of a percent, null for an amount.
  discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0),
  discount_percent INTEGER,
  discount_reason TEXT,
  refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded BETWEEN 0 AND total),
  currency TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL REFERENCES people (id),
  expires_at INTEGER,
  paid_at INTEGER,
  claimed_at INTEGER,
  claimed_by TEXT REFERENCES people (id),
  ready_at INTEGER,
  ready_by TEXT REFERENCES people (id),
  released_at INTEGER,
  released_by TEXT REFERENCES people (id),
  received_by TEXT,
  cancelled_at INTEGER,
  cancelled_by TEXT REFERENCES people (id),
  cancel_reason TEXT,
  restocked INTEGER,
  changed_at INTEGER NOT NULL,
  changed_by TEXT REFERENCES people (id),
  -- Sold without network: when it arrived, and the differences for a person to look at, a JSON list, null once they did.
  arrived_at INTEGER,
  differences TEXT CHECK (json_valid(differences)),
  CHECK (
    CASE kind
      WHEN 'order' THEN place_id IS NOT NULL AND state IN ('pending', 'for_payment', 'for_release', 'released', 'cancelled')
        AND (number IS NOT NULL OR state IN ('for_payment', 'cancelled') OR arrived_at IS NOT NULL)
      ELSE number IS NOT NULL AND state IN ('pending', 'paid', 'released', 'cancelled')
    END
  )
) STRICT;

CREATE UNIQUE INDEX queue_numbers ON sales (place_id, date, number) WHERE kind = 'order';

CREATE INDEX sales_closed ON sales (kind, changed_at) WHERE state IN ('released', 'cancelled');

CREATE INDEX sales_open ON sales (kind, created_at) WHERE state NOT IN ('released', 'cancelled');

CREATE INDEX sales_to_review ON sales (created_at) WHERE differences IS NOT NULL;

CREATE INDEX sales_unpaid ON sales (expires_at) WHERE expires_at IS NOT NULL AND paid_at IS NULL AND state <> 'cancelled';

CREATE UNIQUE INDEX transaction_numbers ON sales (date, number) WHERE kind = 'registration';

CREATE TABLE "sale_lines" (
  sale_id TEXT NOT NULL REFERENCES "sales" (id),
  position INTEGER NOT NULL,
  product_id TEXT REFERENCES products (id),
  name TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  price INTEGER NOT NULL CHECK (price >= 0),
  tax_rate INTEGER NOT NULL DEFAULT 0,
  discount INTEGER NOT NULL DEFAULT 0 CHECK (discount >= 0),
  discount_percent INTEGER,
  discount_reason TEXT,
  share INTEGER NOT NULL DEFAULT 0 CHECK (share >= 0),
  PRIMARY KEY (sale_id, position),
  CHECK (discount + share <= price * quantity)
) STRICT, WITHOUT ROWID;

CREATE TABLE "registrants" (
  sale_id TEXT PRIMARY KEY NOT NULL REFERENCES "sales" (id),
  member INTEGER NOT NULL,
  name TEXT NOT NULL,
  mobile TEXT NOT NULL,
  email TEXT,
  sponsor TEXT,
  package_id TEXT NOT NULL REFERENCES packages (id),
  package_name TEXT NOT NULL,
  cancelled INTEGER NOT NULL DEFAULT 0,
  person_id TEXT REFERENCES people (id),
  renews TEXT REFERENCES "sales" (id)
) STRICT, WITHOUT ROWID;

CREATE INDEX registrations_by_email ON registrants (email) WHERE email IS NOT NULL;

CREATE INDEX registrations_by_mobile ON registrants (mobile);

CREATE INDEX registrations_by_name ON registrants (name COLLATE NOCASE);

CREATE INDEX registrations_of_a_member ON registrants (member);

CREATE INDEX registrations_of_a_person ON registrants (person_id) WHERE person_id IS NOT NULL;

CREATE INDEX renewals ON registrants (renews) WHERE renews IS NOT NULL;

CREATE TABLE "drawers" (
  id TEXT PRIMARY KEY NOT NULL,
  number INTEGER UNIQUE,
  date TEXT,
  person_id TEXT NOT NULL REFERENCES people (id),
  place_id TEXT NOT NULL REFERENCES places (id),
  opened_at INTEGER NOT NULL,
  float INTEGER NOT NULL CHECK (float >= 0),
  closed_at INTEGER,
  -- By method, JSON, when it was closed.
  expected TEXT CHECK (json_valid(expected)),
  counted TEXT CHECK (json_valid(counted)),
  note TEXT,
  CHECK ((closed_at IS NULL) = (counted IS NULL AND expected IS NULL))
) STRICT;

CREATE INDEX drawers_by_closing ON drawers (closed_at);

CREATE INDEX drawers_by_date ON drawers (date);

CREATE INDEX drawers_by_time ON drawers (opened_at);

CREATE INDEX drawers_of_a_person ON drawers (person_id);

CREATE UNIQUE INDEX one_open_drawer ON drawers (person_id) WHERE closed_at IS NULL;

CREATE TABLE refunds (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES "sales" (id),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  taxes TEXT NOT NULL CHECK (json_valid(taxes)),
  reason TEXT NOT NULL,
  restocked INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id)
) STRICT;

CREATE INDEX refunds_of_a_sale ON refunds (sale_id, at);

CREATE TABLE refund_lines (
  refund_id TEXT NOT NULL REFERENCES refunds (id),
  position INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (refund_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE "payments" (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES "sales" (id),
  refund_id TEXT REFERENCES refunds (id),
  kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund')),
  method TEXT NOT NULL CHECK (method IN ('cash', 'card', 'transfer')),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  rounding INTEGER NOT NULL DEFAULT 0 CHECK (rounding = 0 OR method = 'cash'),
  tip INTEGER NOT NULL DEFAULT 0 CHECK (tip = 0 OR (tip > 0 AND kind = 'payment')),
  received INTEGER NOT NULL CHECK (received >= amount + tip),
  change INTEGER NOT NULL CHECK (change = received - amount - tip AND (change = 0 OR method = 'cash')),
  reference TEXT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  drawer_id TEXT NOT NULL REFERENCES "drawers" (id),
  late INTEGER NOT NULL DEFAULT 0,
  CHECK ((kind = 'refund') = (refund_id IS NOT NULL))
) STRICT;

CREATE INDEX payments_by_time ON payments (at);

CREATE INDEX payments_of_a_drawer ON payments (drawer_id);

CREATE INDEX payments_of_a_sale ON payments (sale_id, at);

CREATE TABLE "receipts" (
  drawer_id TEXT NOT NULL REFERENCES "drawers" (id),
  letter TEXT NOT NULL DEFAULT '',
  number INTEGER NOT NULL CHECK (number > 0),
  sale_id TEXT NOT NULL REFERENCES "sales" (id),
  refund_id TEXT REFERENCES refunds (id),
  print INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  printed_at INTEGER,
  PRIMARY KEY (drawer_id, letter, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX receipts_of_a_sale ON receipts (sale_id, at);

CREATE TABLE "order_comments" (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES "sales" (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  at INTEGER NOT NULL,
  edited_at INTEGER,
  text TEXT NOT NULL
) STRICT;

CREATE INDEX comments_of_a_person ON order_comments (person_id);

CREATE INDEX comments_of_an_order ON order_comments (sale_id, at);

CREATE TABLE receipt_links (
  hash TEXT PRIMARY KEY NOT NULL,
  drawer_id TEXT NOT NULL REFERENCES drawers (id),
  letter TEXT NOT NULL,
  number INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX receipt_links_by_expiry ON receipt_links (expires_at);

CREATE TABLE drawer_devices (
  drawer_id TEXT NOT NULL REFERENCES drawers (id),
  device TEXT NOT NULL,
  letter TEXT NOT NULL,
  PRIMARY KEY (drawer_id, device),
  UNIQUE (drawer_id, letter)
) STRICT, WITHOUT ROWID;

CREATE TABLE day_reports (
  number INTEGER PRIMARY KEY NOT NULL,
  date TEXT NOT NULL,
  -- Null for the whole day.
  drawer_id TEXT UNIQUE REFERENCES drawers (id),
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  content TEXT NOT NULL CHECK (json_valid(content))
) STRICT;

CREATE UNIQUE INDEX one_report_a_day ON day_reports (date) WHERE drawer_id IS NULL;
