-- A promise in calendar days ends with the last of them, or with the next working day when that one is
-- off. Days that it rolled over so are no part of it: what is left when the clock stands, and what an
-- extension adds to, is counted up to here.
ALTER TABLE cases ADD COLUMN days_end timestamptz; -- NULL: nothing has moved it since the clock began

-- What has been moved already was counted up to the due time, and so it stays.
UPDATE cases SET days_end = due_at
 WHERE clock = 'calendar_days' AND (extensions > 0 OR paused_us > 0)
   AND answered_at IS NULL AND closed_at IS NULL;

-- Flags of days that end at 24:00, and what stood on its last day, were counted otherwise: tracker
-- counts all that is open once more.
DELETE FROM calendar_recounts;
