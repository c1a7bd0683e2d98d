-- Files that cases have from now on; each is on the disk already.
INSERT INTO attachments (case_id, seq, number, hash, type, bytes, width, height, given_by, added_at)
SELECT *, $10::timestamptz
  FROM unnest($1::uuid[], $2::int8[], $3::int2[], $4::bytea[], $5::text[], $6::int8[], $7::int4[],
              $8::int4[], $9::text[])
