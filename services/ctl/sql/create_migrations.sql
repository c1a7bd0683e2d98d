-- Makes the table of what was applied, unless it is there.
CREATE TABLE IF NOT EXISTS schema_migrations (
    number      integer PRIMARY KEY,
    name        text NOT NULL,
    checksum    text NOT NULL, -- BLAKE2b-256 of the file, in hexadecimal
    applied_at  timestamptz NOT NULL DEFAULT now()
)
