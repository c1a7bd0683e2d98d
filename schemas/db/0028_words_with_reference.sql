-- Words are looked for in references, too: they stand with the published texts now, so that no case is looked
-- up for a text that does not have the words, which cost more than reading the text.
ALTER TABLE publications ADD COLUMN reference text COLLATE "C"; -- the case's, for words alone
UPDATE publications AS p SET reference = c.reference FROM cases AS c WHERE c.id = p.case_id;
ALTER TABLE publications ALTER COLUMN reference SET NOT NULL;

ALTER TABLE publications DROP COLUMN folded;
ALTER TABLE publications ADD COLUMN folded text NOT NULL
    GENERATED ALWAYS AS (fold_text(coalesce(description, '') || E'\n' || coalesce(answer, '') || E'\n' || reference))
    STORED;
