-- Whether a ring of keys is lost, and whether a contact is as it came, is seen without opening any.
GRANT SELECT (case_id, sealed) ON contacts TO dunghen_ctl;
