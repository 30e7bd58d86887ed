-- +goose Up
-- An upload that is being sent piece by piece (tus). Its bytes lie in the
-- attachments' directory, where the length of the file is how far it has come.
-- Once whole it is an attachment, or is refused: the answer stays here for a day,
-- for the client that did not hear it.
CREATE TABLE upload (
  county TEXT NOT NULL,
  id     TEXT NOT NULL,
  matter TEXT NOT NULL,
  person TEXT NOT NULL,
  org    TEXT NOT NULL,
  name   TEXT NOT NULL,
  size   BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  attachment TEXT NOT NULL DEFAULT '',
  refusal    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);
CREATE INDEX upload_person ON upload (county, person, at);
CREATE INDEX upload_at ON upload (county, at);

-- +goose Down
DROP TABLE upload;
