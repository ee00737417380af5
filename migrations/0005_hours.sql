-- Every hour right: dated terms of employment, records that wait to be confirmed, corrections of whole days, closed periods.

-- A department keeps its id when it is renamed.
CREATE TABLE departments (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;
INSERT INTO departments (id, name)
  SELECT lower(substr(stamp, 1, 8) || '-' || substr(stamp, 9, 4) || '-7' || substr(noise, 1, 3) || '-8' || substr(noise, 4, 3) || '-' || substr(noise, 7, 12)), name
  FROM (SELECT name, printf('%012x', unixepoch() * 1000) AS stamp, hex(randomblob(9)) AS noise
    FROM (SELECT DISTINCT department AS name FROM people WHERE department IS NOT NULL));

-- What holds of a person from a local date on, whole rows. Before the first one they are not employed here.
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

-- Everybody who works here is employed since they were made, or since their first record if that is earlier.
INSERT INTO terms (person_id, valid_from, employed, department_id, position, category, zone)
  SELECT people.id, min(date(created_at / 1000, 'unixepoch'), coalesce((SELECT min(work_date) FROM attendance WHERE person_id = people.id), '9999')),
    1, departments.id, position, category, zone
  FROM people LEFT JOIN departments ON departments.name = people.department
  WHERE roles <> '["member"]' OR EXISTS (SELECT 1 FROM attendance WHERE person_id = people.id);
-- Leavers until the date of their latest deactivation, or their last record if that is later.
INSERT INTO terms (person_id, valid_from, employed, department_id, position, category, zone)
  SELECT person_id, date(max(
      coalesce((SELECT date(max(at) / 1000, 'unixepoch') FROM journal WHERE subject = 'person/' || people.id AND action = 'person.deactivated'),
        date(updated_at / 1000, 'unixepoch')),
      coalesce((SELECT max(work_date) FROM attendance WHERE attendance.person_id = people.id), ''),
      valid_from), '+1 day'),
    0, department_id, terms.position, terms.category, terms.zone
  FROM terms JOIN people ON people.id = person_id WHERE NOT active;

-- `people` holds today’s copy of the terms, for lists and searches only. No day is computed from it.
ALTER TABLE people ADD COLUMN staff_number TEXT;
CREATE UNIQUE INDEX one_person_a_staff_number ON people (staff_number) WHERE staff_number IS NOT NULL;
-- The collation key of the name – null until the job has written it for those who were here before.
ALTER TABLE people ADD COLUMN sort_key TEXT;
CREATE INDEX people_in_order ON people (sort_key, id);
DROP INDEX people_not_folded;
CREATE INDEX people_without_keys ON people (id) WHERE search IS NULL OR sort_key IS NULL;

-- Payroll is done up to this local date: no write changes a day up to it.
CREATE TABLE closing (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  through TEXT
) STRICT;
INSERT INTO closing (id, through) VALUES (1, NULL);

-- `due_out` is the assumed end: the shift’s end, null without a shift. `plan_changes` counts changes of the roster while `due_at` is unknown.
ALTER TABLE attendance ADD COLUMN plan_changes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN unconfirmed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE attendance ADD COLUMN reminded INTEGER NOT NULL DEFAULT 0;
-- The job computes both anew for whoever is in.
UPDATE attendance SET due_at = NULL, due_out = NULL WHERE out_at IS NULL AND (due_at IS NULL OR due_at > unixepoch() * 1000);
CREATE INDEX attendance_to_remind ON attendance (due_out) WHERE out_at IS NULL AND reminded = 0;

-- A break may last longer than its allowance: the true end counts.
CREATE TABLE all_breaks (
  id TEXT PRIMARY KEY NOT NULL,
  record_id TEXT NOT NULL REFERENCES attendance (id),
  person_id TEXT NOT NULL REFERENCES people (id),
  kind TEXT NOT NULL,
  start_at INTEGER NOT NULL,
  end_at INTEGER CHECK (end_at >= start_at),
  due_at INTEGER NOT NULL,
  auto INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO all_breaks SELECT id, record_id, person_id, kind, start_at, end_at, due_at, auto FROM breaks;
DROP TABLE breaks;
ALTER TABLE all_breaks RENAME TO breaks;
CREATE UNIQUE INDEX one_open_break_a_record ON breaks (record_id) WHERE end_at IS NULL;
CREATE INDEX breaks_of_a_record ON breaks (record_id, start_at);
CREATE INDEX breaks_due ON breaks (due_at) WHERE end_at IS NULL;

-- A supervisor may let all of a day count, also before the shift’s start.
ALTER TABLE marks ADD COLUMN counts_early INTEGER NOT NULL DEFAULT 0;

-- A correction is of one to three whole days: the records with their breaks as they were, and as they should be.
CREATE TABLE day_corrections (
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
-- Old requests change one record – their days keep what else is recorded on that date.
INSERT INTO day_corrections (id, person_id, from_date, to_date, zone, before, after, reason, state, requested_at, decided_by, decided_at, answer)
  SELECT c.id, c.person_id, c.work_date, c.work_date, c.zone,
    json((SELECT json_group_array(json(day)) FROM (
      SELECT json_object('record', json_object('id', c.record_id, 'personId', c.person_id, 'workDate', c.work_date, 'zone', c.zone,
          'inAt', c.old_in, 'outAt', c.old_out, 'auto', json(iif(a.auto AND c.state <> 'approved', 'true', 'false')), 'corrected', json('false'), 'photo', a.photo),
        'breaks', json((SELECT json_group_array(json_object('id', b.id, 'recordId', b.record_id, 'personId', b.person_id, 'kind', b.kind,
          'startAt', b.start_at, 'endAt', b.end_at, 'dueAt', b.due_at, 'auto', json(iif(b.auto, 'true', 'false'))))
          FROM breaks AS b WHERE b.record_id = c.record_id))) AS day
      FROM (SELECT 1) LEFT JOIN attendance AS a ON a.id = c.record_id WHERE c.old_in IS NOT NULL
      UNION ALL
      SELECT json_object('record', json_object('id', o.id, 'personId', o.person_id, 'workDate', o.work_date, 'zone', o.zone,
          'inAt', o.in_at, 'outAt', o.out_at, 'auto', json(iif(o.auto, 'true', 'false')), 'corrected', json(iif(o.corrected, 'true', 'false')), 'photo', o.photo),
        'breaks', json((SELECT json_group_array(json_object('id', b.id, 'recordId', b.record_id, 'personId', b.person_id, 'kind', b.kind,
          'startAt', b.start_at, 'endAt', b.end_at, 'dueAt', b.due_at, 'auto', json(iif(b.auto, 'true', 'false'))))
          FROM breaks AS b WHERE b.record_id = o.id)))
      FROM attendance AS o WHERE c.state = 'pending' AND o.person_id = c.person_id AND o.work_date = c.work_date AND o.id <> c.record_id))),
    json((SELECT json_group_array(json(day)) FROM (
      SELECT json_object('record', json_object('id', c.record_id, 'personId', c.person_id, 'workDate', c.work_date, 'zone', c.zone,
          'inAt', c.new_in, 'outAt', c.new_out, 'auto', json('false'), 'corrected', json('true'), 'photo', (SELECT photo FROM attendance WHERE id = c.record_id)),
        'breaks', json((SELECT json_group_array(json_object('id', b.id, 'recordId', b.record_id, 'personId', b.person_id, 'kind', b.kind,
          'startAt', b.start_at, 'endAt', b.end_at, 'dueAt', b.due_at, 'auto', json(iif(b.auto, 'true', 'false'))))
          FROM breaks AS b WHERE b.record_id = c.record_id))) AS day
      UNION ALL
      SELECT json_object('record', json_object('id', o.id, 'personId', o.person_id, 'workDate', o.work_date, 'zone', o.zone,
          'inAt', o.in_at, 'outAt', o.out_at, 'auto', json(iif(o.auto, 'true', 'false')), 'corrected', json(iif(o.corrected, 'true', 'false')), 'photo', o.photo),
        'breaks', json((SELECT json_group_array(json_object('id', b.id, 'recordId', b.record_id, 'personId', b.person_id, 'kind', b.kind,
          'startAt', b.start_at, 'endAt', b.end_at, 'dueAt', b.due_at, 'auto', json(iif(b.auto, 'true', 'false'))))
          FROM breaks AS b WHERE b.record_id = o.id)))
      FROM attendance AS o WHERE c.state = 'pending' AND o.person_id = c.person_id AND o.work_date = c.work_date AND o.id <> c.record_id))),
    c.reason, c.state, c.requested_at, c.decided_by, c.decided_at, c.answer
  FROM corrections AS c;
DROP TABLE corrections;
ALTER TABLE day_corrections RENAME TO corrections;
CREATE INDEX corrections_of_a_person ON corrections (person_id, requested_at);
CREATE INDEX corrections_by_state ON corrections (state, requested_at);
CREATE INDEX corrections_by_time ON corrections (requested_at);

-- A forgotten check-out waits five hours for its person, unless the workplace has chosen otherwise. 16 hours are the longest for all.
UPDATE settings SET value = json_remove(
  json_set(value, '$.checkOutWaitMinutes', iif(value ->> 'checkOutGraceMinutes' = 60, 300, max(60, value ->> 'checkOutGraceMinutes'))),
  '$.checkOutGraceMinutes', '$.longestStayHours');
