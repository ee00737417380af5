-- An original is printed once, whichever tab or device prints it first: what is printed later is a copy.
ALTER TABLE receipts ADD COLUMN printed_at INTEGER;
UPDATE receipts SET printed_at = at;
