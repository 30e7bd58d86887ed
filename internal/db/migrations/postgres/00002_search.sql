-- The text index of PostgreSQL (docs/adr/0022-search.md); sqlite/00002 is its
-- other half.
-- +goose Up

-- words: tokens of the text, who sees it, what lists filter by. The texts are kept
-- to check words of three and more characters on; all three lie beside the row, so
-- that hits are sorted without reading them.
CREATE TABLE search_doc (
  county        TEXT NOT NULL,
  matter        TEXT NOT NULL,
  registered_at BIGINT NOT NULL,
  mark          TEXT NOT NULL,
  part          TEXT NOT NULL,
  rest          TEXT NOT NULL,
  words         TSVECTOR NOT NULL,
  PRIMARY KEY (county, matter),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
) WITH (toast_tuple_target = 128);
-- What hits are sorted by stays in the row: out of line with the texts, each
-- comparison would fetch it from there.
ALTER TABLE search_doc ALTER COLUMN county SET STORAGE PLAIN, ALTER COLUMN matter SET STORAGE PLAIN, ALTER COLUMN mark SET STORAGE PLAIN;
CREATE INDEX search_doc_newest ON search_doc (county, registered_at, matter);
-- A short list of what is still to be sorted in: each search reads all of it.
CREATE INDEX search_doc_words ON search_doc USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 256);

CREATE TABLE search_built (
  county TEXT NOT NULL PRIMARY KEY,
  rules  BIGINT NOT NULL
);
