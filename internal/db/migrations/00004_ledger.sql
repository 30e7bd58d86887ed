-- Ledgers 台账: what was brought in from files, row by row, and how to take it back.
-- +goose Up

ALTER TABLE matter ADD COLUMN imported TEXT NOT NULL DEFAULT '';
ALTER TABLE matter ADD COLUMN category_word TEXT NOT NULL DEFAULT '';
ALTER TABLE org ADD COLUMN void SMALLINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN void SMALLINT NOT NULL DEFAULT 0;

CREATE TABLE ledger_import (
  county      TEXT NOT NULL,
  id          TEXT NOT NULL,
  batch       TEXT NOT NULL,
  kind        TEXT NOT NULL,
  org         TEXT NOT NULL DEFAULT '',
  org_name    TEXT NOT NULL DEFAULT '',
  org_level   TEXT NOT NULL DEFAULT '',
  org_kind    TEXT NOT NULL DEFAULT '',
  person      TEXT NOT NULL DEFAULT '',
  person_name TEXT NOT NULL DEFAULT '',
  roles       TEXT NOT NULL DEFAULT '',
  at          BIGINT NOT NULL,
  file_name   TEXT NOT NULL,
  size        BIGINT NOT NULL,
  hash        TEXT NOT NULL,
  shape       TEXT NOT NULL DEFAULT '',
  mapping     TEXT NOT NULL DEFAULT '',
  matter_kind TEXT NOT NULL DEFAULT '',
  year        BIGINT NOT NULL DEFAULT 0,
  state       TEXT NOT NULL,
  attempt     BIGINT NOT NULL DEFAULT 0,
  done        BIGINT NOT NULL DEFAULT 0,
  total       BIGINT NOT NULL DEFAULT 0,
  ok          BIGINT NOT NULL DEFAULT 0,
  rejected    BIGINT NOT NULL DEFAULT 0,
  entered     BIGINT NOT NULL DEFAULT 0,
  last_row    BIGINT NOT NULL DEFAULT 0,
  note        TEXT NOT NULL DEFAULT '',
  error       TEXT NOT NULL DEFAULT '',
  version     BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (county, id),
  UNIQUE (county, batch)
);
CREATE INDEX ledger_import_org ON ledger_import (county, org, at, id);
CREATE INDEX ledger_import_hash ON ledger_import (county, org, hash);

-- A row of a file that went in, and what it became.
CREATE TABLE ledger_entry (
  county    TEXT NOT NULL,
  import_id TEXT NOT NULL,
  row_no    BIGINT NOT NULL,
  subject   TEXT NOT NULL,
  hash      TEXT NOT NULL,
  PRIMARY KEY (county, import_id, row_no),
  FOREIGN KEY (county, import_id) REFERENCES ledger_import (county, id)
);
CREATE INDEX ledger_entry_hash ON ledger_entry (county, hash);
CREATE INDEX ledger_entry_subject ON ledger_entry (county, subject);

-- A row that did not, and why; no values: the file itself has them.
CREATE TABLE ledger_rejected (
  county    TEXT NOT NULL,
  import_id TEXT NOT NULL,
  row_no    BIGINT NOT NULL,
  no        BIGINT NOT NULL,
  column_no BIGINT NOT NULL,
  reason    TEXT NOT NULL,
  PRIMARY KEY (county, import_id, row_no, no),
  FOREIGN KEY (county, import_id) REFERENCES ledger_import (county, id)
);

-- Which column is what, kept for the next file of the body with the same headers.
CREATE TABLE ledger_mapping (
  county  TEXT NOT NULL,
  org     TEXT NOT NULL,
  kind    TEXT NOT NULL,
  headers TEXT NOT NULL,
  mapping TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (county, org, kind, headers)
);

-- Most matters were never imported: the index holds only those that were.
CREATE INDEX matter_imported ON matter (county, imported, id) WHERE imported <> '';
