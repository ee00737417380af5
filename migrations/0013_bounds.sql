-- A pass belongs to one device and code, and a notification says whom it names, so that erasing a person reaches it.
ALTER TABLE session_tickets ADD COLUMN device TEXT;
ALTER TABLE session_tickets ADD COLUMN slot INTEGER;
ALTER TABLE session_tickets ADD COLUMN redeemed_at INTEGER;
CREATE UNIQUE INDEX one_pass_a_device_and_code ON session_tickets (session_id, device, slot)
  WHERE person_id IS NULL AND device IS NOT NULL;

ALTER TABLE notifications ADD COLUMN named_id TEXT;
ALTER TABLE notifications ADD COLUMN named_as TEXT;
-- A name that two people have says nothing of whom it means.
UPDATE notifications SET named_id = people.id, named_as = people.name
FROM (SELECT min(id) AS id, name FROM people GROUP BY name HAVING count(*) = 1) AS people
WHERE people.name = CASE kind
  WHEN 'correction.requested' THEN substr(title, 1, instr(title, ' requested a correction') - 1)
  WHEN 'correction.decided' THEN substr(title, 1, length(title) - length(' approved your correction'))
  WHEN 'days.entered' THEN substr(title, 1, instr(title, ' changed your ') - 1)
  WHEN 'day.marked' THEN substr(body, 1, max(instr(body, ' set the status of '), instr(body, ' removed the status set ')) - 1)
  END;
CREATE INDEX notifications_that_name ON notifications (named_id) WHERE named_id IS NOT NULL;
