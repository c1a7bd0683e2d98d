-- The letter's file is there. Saying it again changes nothing.
INSERT INTO letter_files (letter, hash, bytes, pages, signed_by, rendered_at)
VALUES ($1::uuid, $2::bytea, $3::integer, $4::integer, $5::text, clock_timestamp())
    ON CONFLICT (letter) DO NOTHING
