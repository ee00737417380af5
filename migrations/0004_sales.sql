-- Orders and registrations from the till to the hand-over: products and stock, packages, payments, drawers, customers’ screens.

CREATE TABLE places (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  active INTEGER NOT NULL DEFAULT 1
) STRICT;
-- So that a new workplace can sell at once – an admin may name it.
INSERT INTO places (id, name) VALUES ('019dd7f0-0000-7000-8000-000000000001', 'Counter');

-- stock: free to sell. held: for those who have not paid, or not been handed their package yet. Their sum with `sold` changes by adjustments only.
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
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE packages (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  description TEXT,
  price INTEGER NOT NULL CHECK (price >= 0),
  active INTEGER NOT NULL DEFAULT 1,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE package_products (
  package_id TEXT NOT NULL REFERENCES packages (id),
  product_id TEXT NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  PRIMARY KEY (package_id, product_id)
) STRICT, WITHOUT ROWID;

-- Orders and registrations alike: both hold goods, are paid, claimed and handed over, each by its own table of moves.
-- Amounts are minor units of `currency` – `tax_rate` hundredths of a percent. `number` counts by place and date (orders),
-- by date (registrations). `version` counts every change: whoever changes a sale names the version they have seen.
CREATE TABLE sales (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('order', 'registration')),
  place_id TEXT REFERENCES places (id),
  date TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  state TEXT NOT NULL,
  version INTEGER NOT NULL,
  subtotal INTEGER NOT NULL CHECK (subtotal >= 0),
  tax INTEGER NOT NULL CHECK (tax >= 0),
  total INTEGER NOT NULL CHECK (total = subtotal + tax),
  tax_rate INTEGER NOT NULL,
  tax_included INTEGER NOT NULL,
  currency TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL REFERENCES people (id),
  expires_at INTEGER,
  paid_at INTEGER,
  claimed_at INTEGER,
  claimed_by TEXT REFERENCES people (id),
  released_at INTEGER,
  released_by TEXT REFERENCES people (id),
  received_by TEXT,
  cancelled_at INTEGER,
  cancelled_by TEXT REFERENCES people (id),
  cancel_reason TEXT,
  restocked INTEGER,
  changed_at INTEGER NOT NULL,
  changed_by TEXT REFERENCES people (id),
  CHECK (
    CASE kind
      WHEN 'order' THEN place_id IS NOT NULL AND state IN ('pending', 'for_payment', 'for_release', 'released', 'cancelled')
      ELSE state IN ('pending', 'paid', 'released', 'cancelled')
    END
  )
) STRICT;
CREATE UNIQUE INDEX queue_numbers ON sales (place_id, date, number) WHERE kind = 'order';
CREATE UNIQUE INDEX transaction_numbers ON sales (date, number) WHERE kind = 'registration';
-- The last queue number drawn at a place on a date: drawn in one statement, so that whoever asks at the same moment need not ask again.
CREATE TABLE queues (
  place_id TEXT NOT NULL REFERENCES places (id),
  date TEXT NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (place_id, date)
) STRICT, WITHOUT ROWID;
CREATE INDEX sales_open ON sales (kind, created_at) WHERE state NOT IN ('released', 'cancelled');
CREATE INDEX sales_closed ON sales (kind, changed_at) WHERE state IN ('released', 'cancelled');
CREATE INDEX sales_unpaid ON sales (expires_at) WHERE expires_at IS NOT NULL AND paid_at IS NULL AND state <> 'cancelled';

-- What was sold, in the words and at the price of that moment. A registration’s lines have no price: its package has.
CREATE TABLE sale_lines (
  sale_id TEXT NOT NULL REFERENCES sales (id),
  product_id TEXT NOT NULL REFERENCES products (id),
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  price INTEGER NOT NULL CHECK (price >= 0),
  PRIMARY KEY (sale_id, product_id)
) STRICT, WITHOUT ROWID;

-- Who registered. An email belongs to one registration that was not cancelled.
CREATE TABLE registrants (
  sale_id TEXT PRIMARY KEY NOT NULL REFERENCES sales (id),
  member INTEGER NOT NULL UNIQUE,
  name TEXT NOT NULL,
  mobile TEXT NOT NULL,
  email TEXT NOT NULL,
  sponsor TEXT,
  package_id TEXT NOT NULL REFERENCES packages (id),
  package_name TEXT NOT NULL,
  cancelled INTEGER NOT NULL DEFAULT 0,
  person_id TEXT REFERENCES people (id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_registration_an_email ON registrants (email) WHERE NOT cancelled;
CREATE INDEX registrations_of_a_person ON registrants (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE drawers (
  id TEXT PRIMARY KEY NOT NULL,
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
CREATE UNIQUE INDEX one_open_drawer ON drawers (person_id) WHERE closed_at IS NULL;
CREATE INDEX drawers_by_time ON drawers (opened_at);
CREATE INDEX drawers_by_closing ON drawers (closed_at);

-- One payment a sale, and at most one refund of it. Amounts are positive – the drawer is that of whoever took or gave it.
CREATE TABLE payments (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES sales (id),
  kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund')),
  method TEXT NOT NULL CHECK (method IN ('cash', 'card', 'transfer')),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  received INTEGER NOT NULL CHECK (received >= amount),
  change INTEGER NOT NULL CHECK (change = received - amount),
  reference TEXT,
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  drawer_id TEXT NOT NULL REFERENCES drawers (id),
  UNIQUE (sale_id, kind)
) STRICT;
CREATE INDEX payments_by_time ON payments (at);
CREATE INDEX payments_of_a_drawer ON payments (drawer_id);

-- The first print of a receipt is the original – the others are copies.
CREATE TABLE receipts (
  sale_id TEXT NOT NULL REFERENCES sales (id),
  print INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (sale_id, print)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_comments (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES sales (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  at INTEGER NOT NULL,
  edited_at INTEGER,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX comments_of_an_order ON order_comments (sale_id, at);

-- Customers’ screens: whoever has the link’s token, of which only the SHA-256 is kept, sees numbers until it is revoked.
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
