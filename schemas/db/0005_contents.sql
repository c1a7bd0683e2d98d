-- What citizens said gets a table of its own: each step rewrites its case's row, and need not
-- rewrite a page of text with it.

CREATE TABLE contents (
    case_id     uuid PRIMARY KEY,
    content     json COMPRESSION lz4 NOT NULL -- byte for byte as accepted
);
INSERT INTO contents (case_id, content) SELECT id, content FROM cases;
ALTER TABLE cases DROP COLUMN content;

-- Written once, with its case, and never changed.
GRANT SELECT, INSERT ON contents TO dunghen_tracker;
GRANT SELECT ON contents
   TO dunghen_intake, dunghen_dispatch, dunghen_sentinel, dunghen_notifier, dunghen_console,
      dunghen_ctl;
