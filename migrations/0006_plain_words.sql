-- Columns and tables by the names that code and documents use.
ALTER TABLE session_attendance RENAME COLUMN band TO distance_zone;
ALTER TABLE session_requests RENAME COLUMN band TO distance_zone;
ALTER TABLE marks RENAME COLUMN absence_told TO absence_notified;
ALTER TABLE loose_photos RENAME TO orphaned_photos;
