-- What the door sealed of the new cases' contacts.
INSERT INTO contacts (case_id, sealed, phone_index, email_index)
SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[])
