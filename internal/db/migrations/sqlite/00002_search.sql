-- The text index of SQLite (docs/adr/0022-search.md); postgres/00002 is its other
-- half. One file holds all counties, so county is no key here: FTS5 knows its rows
-- by rowid only, and an INTEGER PRIMARY KEY alone survives VACUUM.
-- +goose Up

-- id = second of registration << 12 | n: hits come out of the index newest first.
CREATE TABLE search_doc (
  id     INTEGER NOT NULL PRIMARY KEY,
  county TEXT NOT NULL,
  matter TEXT NOT NULL,
  mark   TEXT NOT NULL,
  UNIQUE (county, matter),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

-- part: what a helper sees too; rest: what the others see besides; sight: who sees
-- it, and what lists filter by.
CREATE VIRTUAL TABLE search_index USING fts5 (part, rest, sight, content = '', contentless_delete = 1, tokenize = 'unicode61');

-- Which rules the index of a county was last built whole by (search.Rules).
CREATE TABLE search_built (
  county TEXT NOT NULL PRIMARY KEY,
  rules  BIGINT NOT NULL
);
