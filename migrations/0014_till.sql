-- A till that people choose: several rates of tax, discounts, split payments, refunds of single lines, numbered receipts,
-- business days and sales without network. Tables whose keys or required columns change are made anew, children after parents.

-- Parts of a total are JSON: a list of rate, net and tax. `number` is drawn at payment, or when an order is saved for later,
-- an order that was sold without network has none. `refunded` is the value of what came back.
CREATE TABLE new_sales (
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
INSERT INTO new_sales (id, kind, place_id, date, number, state, version, subtotal, tax, total, tax_rate, tax_included, taxes, refunded,
    currency, created_at, created_by, expires_at, paid_at, claimed_at, claimed_by, released_at, released_by, received_by,
    cancelled_at, cancelled_by, cancel_reason, restocked, changed_at, changed_by)
  SELECT id, kind, place_id, date, number, state, version, subtotal, tax, total, tax_rate, tax_included,
    json_array(json_object('rate', tax_rate, 'net', subtotal, 'tax', tax)),
    iif(EXISTS (SELECT 1 FROM payments WHERE sale_id = sales.id AND kind = 'refund'), total, 0),
    currency, created_at, created_by, expires_at, paid_at, claimed_at, claimed_by, released_at, released_by, received_by,
    cancelled_at, cancelled_by, cancel_reason, restocked, changed_at, changed_by
  FROM sales;

-- A line is known by its position in the sale. `price` is that of one piece, with the tax if prices include it. `discount` is the
-- line’s own, `share` its part of the order’s. A registration’s package is its line 0, without a product, its goods have no price.
CREATE TABLE new_sale_lines (
  sale_id TEXT NOT NULL REFERENCES new_sales (id),
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
INSERT INTO new_sale_lines (sale_id, position, product_id, name, quantity, price, tax_rate)
  SELECT sale_id, position + 1, product_id, name, quantity, price, tax_rate FROM sale_lines JOIN sales ON sales.id = sale_id;
INSERT INTO new_sale_lines (sale_id, position, product_id, name, quantity, price, tax_rate)
  SELECT s.id, 0, NULL, r.package_name, 1, iif(s.tax_included, s.total, s.subtotal), s.tax_rate
  FROM sales AS s JOIN registrants AS r ON r.sale_id = s.id;

-- Who registered. One email may belong to several members, or to none, `renews` is the registration that this one renews.
CREATE TABLE new_registrants (
  sale_id TEXT PRIMARY KEY NOT NULL REFERENCES new_sales (id),
  member INTEGER NOT NULL,
  name TEXT NOT NULL,
  mobile TEXT NOT NULL,
  email TEXT,
  sponsor TEXT,
  package_id TEXT NOT NULL REFERENCES packages (id),
  package_name TEXT NOT NULL,
  cancelled INTEGER NOT NULL DEFAULT 0,
  person_id TEXT REFERENCES people (id),
  renews TEXT REFERENCES new_sales (id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_registrants (sale_id, member, name, mobile, email, sponsor, package_id, package_name, cancelled, person_id)
  SELECT sale_id, member, name, mobile, email, sponsor, package_id, package_name, cancelled, person_id FROM registrants;

-- `number` counts all drawers. `date` is the business day on which it was opened, and the day of all its payments.
CREATE TABLE new_drawers (
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
INSERT INTO new_drawers (id, number, date, person_id, place_id, opened_at, float, closed_at, expected, counted, note)
  SELECT d.id, row_number() OVER (ORDER BY d.opened_at, d.id),
    coalesce(
      (SELECT s.date FROM payments AS p JOIN sales AS s ON s.id = p.sale_id WHERE p.drawer_id = d.id AND p.kind = 'payment' ORDER BY p.at LIMIT 1),
      date(d.opened_at / 1000, 'unixepoch')),
    d.person_id, d.place_id, d.opened_at, d.float, d.closed_at, d.expected, d.counted, d.note
  FROM drawers AS d;

-- What came back of a sale: `amount` is its value, with `taxes` as in a sale. Discounts and tax are shares of the sale’s own.
CREATE TABLE refunds (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES new_sales (id),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  taxes TEXT NOT NULL CHECK (json_valid(taxes)),
  reason TEXT NOT NULL,
  restocked INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id)
) STRICT;
CREATE INDEX refunds_of_a_sale ON refunds (sale_id, at);
-- `amount` is the value of the pieces as their price counts it, after discounts.
CREATE TABLE refund_lines (
  refund_id TEXT NOT NULL REFERENCES refunds (id),
  position INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity > 0),
  amount INTEGER NOT NULL CHECK (amount >= 0),
  PRIMARY KEY (refund_id, position)
) STRICT, WITHOUT ROWID;
INSERT INTO refunds (id, sale_id, amount, taxes, reason, restocked, at, by)
  SELECT p.id, s.id, p.amount, s.taxes, coalesce(s.cancel_reason, ''), coalesce(s.restocked, 1), p.at, p.by
  FROM payments AS p JOIN new_sales AS s ON s.id = p.sale_id WHERE p.kind = 'refund';
INSERT INTO refund_lines (refund_id, position, quantity, amount)
  SELECT r.id, l.position, l.quantity, l.price * l.quantity FROM refunds AS r JOIN new_sale_lines AS l ON l.sale_id = r.sale_id;

-- Parts of a payment, or of a refund. `amount` pays for goods, `rounding` is the part of it that only smallest coins explain,
-- `tip` lies beside it. Amounts are positive, the drawer is that of whoever took or gave it. `late` came after its drawer closed.
CREATE TABLE new_payments (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES new_sales (id),
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
  drawer_id TEXT NOT NULL REFERENCES new_drawers (id),
  late INTEGER NOT NULL DEFAULT 0,
  CHECK ((kind = 'refund') = (refund_id IS NOT NULL))
) STRICT;
INSERT INTO new_payments (id, sale_id, refund_id, kind, method, amount, received, change, reference, at, by, drawer_id)
  SELECT id, sale_id, iif(kind = 'refund', id, NULL), kind, method, amount, received, change, reference, at, by, drawer_id FROM payments;

-- Receipts are numbered without gap in each drawer, `letter` is that of a device which numbered its own without network.
-- A copy names the print that it is of its payment or refund: 1 is the original.
CREATE TABLE new_receipts (
  drawer_id TEXT NOT NULL REFERENCES new_drawers (id),
  letter TEXT NOT NULL DEFAULT '',
  number INTEGER NOT NULL CHECK (number > 0),
  sale_id TEXT NOT NULL REFERENCES new_sales (id),
  refund_id TEXT REFERENCES refunds (id),
  print INTEGER NOT NULL,
  at INTEGER NOT NULL,
  by TEXT NOT NULL REFERENCES people (id),
  PRIMARY KEY (drawer_id, letter, number)
) STRICT, WITHOUT ROWID;
INSERT INTO new_receipts (drawer_id, number, sale_id, refund_id, print, at, by)
  SELECT drawer_id, row_number() OVER (PARTITION BY drawer_id ORDER BY at, print, sale_id), sale_id, refund_id, print, at, by
  FROM (
    SELECT drawer_id, sale_id, iif(kind = 'refund', id, NULL) AS refund_id, 1 AS print, at, by FROM payments
    UNION ALL
    SELECT p.drawer_id, r.sale_id, NULL, r.print, r.at, r.by FROM receipts AS r JOIN payments AS p ON p.sale_id = r.sale_id AND p.kind = 'payment'
    WHERE r.print > 1
  );

CREATE TABLE new_order_comments (
  id TEXT PRIMARY KEY NOT NULL,
  sale_id TEXT NOT NULL REFERENCES new_sales (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  at INTEGER NOT NULL,
  edited_at INTEGER,
  text TEXT NOT NULL
) STRICT;
INSERT INTO new_order_comments (id, sale_id, person_id, at, edited_at, text)
  SELECT id, sale_id, person_id, at, edited_at, text FROM order_comments;

DROP TABLE order_comments;
DROP TABLE receipts;
DROP TABLE payments;
DROP TABLE drawers;
DROP TABLE registrants;
DROP TABLE sale_lines;
DROP TABLE sales;
ALTER TABLE new_sales RENAME TO sales;
ALTER TABLE new_sale_lines RENAME TO sale_lines;
ALTER TABLE new_registrants RENAME TO registrants;
ALTER TABLE new_drawers RENAME TO drawers;
ALTER TABLE new_payments RENAME TO payments;
ALTER TABLE new_receipts RENAME TO receipts;
ALTER TABLE new_order_comments RENAME TO order_comments;

CREATE UNIQUE INDEX queue_numbers ON sales (place_id, date, number) WHERE kind = 'order';
CREATE UNIQUE INDEX transaction_numbers ON sales (date, number) WHERE kind = 'registration';
CREATE INDEX sales_open ON sales (kind, created_at) WHERE state NOT IN ('released', 'cancelled');
CREATE INDEX sales_closed ON sales (kind, changed_at) WHERE state IN ('released', 'cancelled');
CREATE INDEX sales_unpaid ON sales (expires_at) WHERE expires_at IS NOT NULL AND paid_at IS NULL AND state <> 'cancelled';
CREATE INDEX sales_to_review ON sales (created_at) WHERE differences IS NOT NULL;
CREATE INDEX registrations_of_a_person ON registrants (person_id) WHERE person_id IS NOT NULL;
CREATE INDEX registrations_by_email ON registrants (email) WHERE email IS NOT NULL;
CREATE INDEX registrations_of_a_member ON registrants (member);
-- A till finds members while their name or mobile number is typed, so that a renewal keeps the number. Emails have an index already.
CREATE INDEX registrations_by_name ON registrants (name COLLATE NOCASE);
CREATE INDEX registrations_by_mobile ON registrants (mobile);
-- A write of many sales looks for what refers to each.
CREATE INDEX renewals ON registrants (renews) WHERE renews IS NOT NULL;
CREATE UNIQUE INDEX one_open_drawer ON drawers (person_id) WHERE closed_at IS NULL;
CREATE INDEX drawers_by_time ON drawers (opened_at);
CREATE INDEX drawers_by_closing ON drawers (closed_at);
CREATE INDEX drawers_by_date ON drawers (date);
CREATE INDEX drawers_of_a_person ON drawers (person_id);
CREATE INDEX payments_by_time ON payments (at);
CREATE INDEX payments_of_a_drawer ON payments (drawer_id);
CREATE INDEX payments_of_a_sale ON payments (sale_id, at);
CREATE INDEX receipts_of_a_sale ON receipts (sale_id, at);
CREATE INDEX comments_of_an_order ON order_comments (sale_id, at);
CREATE INDEX comments_of_a_person ON order_comments (person_id);

-- Whoever has the link’s token, of which only the SHA-256 is kept, sees one receipt until it expires.
CREATE TABLE receipt_links (
  hash TEXT PRIMARY KEY NOT NULL,
  drawer_id TEXT NOT NULL REFERENCES drawers (id),
  letter TEXT NOT NULL,
  number INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_links_by_expiry ON receipt_links (expires_at);

-- The letter of each device that sold from a drawer without network.
CREATE TABLE drawer_devices (
  drawer_id TEXT NOT NULL REFERENCES drawers (id),
  device TEXT NOT NULL,
  letter TEXT NOT NULL,
  PRIMARY KEY (drawer_id, device),
  UNIQUE (drawer_id, letter)
) STRICT, WITHOUT ROWID;

-- The end of a drawer, or of a business day, as it was printed. No row ever changes.
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

-- `short`: pieces sold without network that the stock did not have. stock + held + sold - short changes by adjustments only.
ALTER TABLE products ADD COLUMN short INTEGER NOT NULL DEFAULT 0 CHECK (short >= 0);
-- Hundredths of a percent, null for the workplace’s own rate.
ALTER TABLE products ADD COLUMN tax_rate INTEGER;
ALTER TABLE products ADD COLUMN color TEXT;
ALTER TABLE products ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0;
ALTER TABLE packages ADD COLUMN tax_rate INTEGER;
-- Whether the release desk asks who received the order.
ALTER TABLE places ADD COLUMN asks_receiver INTEGER NOT NULL DEFAULT 0;

-- Open pages and kept events have the old shapes.
UPDATE log SET epoch = lower(hex(randomblob(8)));
