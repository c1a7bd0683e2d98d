-- Files also come with an answer, and with what is said among those who work on a case: an answer with files was
-- refused by the rule of 0015.
ALTER TABLE attachments DROP CONSTRAINT attachments_given_by_check;
ALTER TABLE attachments
  ADD CONSTRAINT attachments_given_by_check CHECK (given_by IN ('citizen', 'unit', 'answer', 'internal'));
