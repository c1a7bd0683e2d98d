-- Published texts as they are searched: a list that wants words walks what is published, newest first, and
-- the database passes over what does not have them.

-- Without diacritics and in lower case, as text_fold() in common/text.h folds what is asked for; what a
-- text in Vietnamese or English has is folded alike.
CREATE FUNCTION fold_text(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT translate(lower(regexp_replace(normalize(t, NFD), U&'[\0300-\036F]', '', 'g')), U&'\0110\0111', 'dd')
    $$;

ALTER TABLE publications ADD COLUMN folded text NOT NULL
    GENERATED ALWAYS AS (fold_text(coalesce(description, '') || E'\n' || coalesce(answer, ''))) STORED;
