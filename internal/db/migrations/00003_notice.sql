-- +goose Up

-- Whether it is really solved, said by whoever found the matter or sent it up.
CREATE TABLE matter_opinion (
  county TEXT NOT NULL,
  matter TEXT NOT NULL,
  id     TEXT NOT NULL,
  person TEXT NOT NULL,
  name   TEXT NOT NULL,
  org    TEXT NOT NULL,
  solved SMALLINT NOT NULL,
  note   TEXT NOT NULL DEFAULT '',
  at     BIGINT NOT NULL,
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

-- What a person is told: one row a person. The title is read with it, through
-- matter_reach of org, never stored.
CREATE TABLE notice (
  county  TEXT NOT NULL,
  id      TEXT NOT NULL,
  person  TEXT NOT NULL,
  org     TEXT NOT NULL DEFAULT '',
  at      BIGINT NOT NULL,
  cause   TEXT NOT NULL,
  urgent  SMALLINT NOT NULL DEFAULT 0,
  matter  TEXT NOT NULL DEFAULT '',
  seq     BIGINT NOT NULL DEFAULT 0,
  about   TEXT NOT NULL DEFAULT '',
  counts  TEXT NOT NULL DEFAULT '',
  read_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (county, id),
  FOREIGN KEY (county, person) REFERENCES person (county, id)
);
CREATE INDEX notice_person ON notice (county, person, read_at, at);
CREATE INDEX notice_matter ON notice (county, matter, seq);
