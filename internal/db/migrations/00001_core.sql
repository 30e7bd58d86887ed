-- One text for both engines: TEXT, BIGINT, SMALLINT, DOUBLE PRECISION, BYTEA only.
-- Instants are BIGINT microseconds UTC, dates TEXT in Asia/Shanghai, money BIGINT
-- fen, booleans SMALLINT. county comes first in every key. Absent is '' or 0.
-- +goose Up

-- Names unique over all counties: keyed by the value, holding the county.
CREATE TABLE login (
  name        TEXT NOT NULL PRIMARY KEY,
  home_county TEXT NOT NULL,
  person      TEXT NOT NULL
);

CREATE TABLE county (
  county   TEXT NOT NULL PRIMARY KEY,
  name     TEXT NOT NULL,
  data_key TEXT NOT NULL,
  demo     SMALLINT NOT NULL DEFAULT 0,
  note     TEXT NOT NULL DEFAULT ''
);

CREATE TABLE org (
  county          TEXT NOT NULL,
  code            TEXT NOT NULL,
  name            TEXT NOT NULL,
  short_name      TEXT NOT NULL,
  number_word     TEXT NOT NULL DEFAULT '',
  level           TEXT NOT NULL,
  kind            TEXT NOT NULL,
  parent          TEXT NOT NULL,
  path            TEXT NOT NULL,
  seal_body       TEXT NOT NULL DEFAULT '',
  population      BIGINT NOT NULL DEFAULT 0,
  population_note TEXT NOT NULL DEFAULT '',
  stat_code       TEXT NOT NULL DEFAULT '',
  civil_code      TEXT NOT NULL DEFAULT '',
  opened_on       TEXT NOT NULL DEFAULT '',
  closed_on       TEXT NOT NULL DEFAULT '',
  version         BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (county, code)
);
CREATE INDEX org_parent ON org (county, parent, code);
CREATE INDEX org_path ON org (county, path);

CREATE TABLE org_alias (
  county TEXT NOT NULL,
  alias  TEXT NOT NULL,
  org    TEXT NOT NULL,
  PRIMARY KEY (county, alias, org),
  FOREIGN KEY (county, org) REFERENCES org (county, code)
);

CREATE TABLE person (
  county      TEXT NOT NULL,
  id          TEXT NOT NULL,
  name        TEXT NOT NULL,
  phone       TEXT NOT NULL DEFAULT '',
  external_id TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, id)
);
CREATE INDEX person_name ON person (county, name);

-- Who serves in which body, as mediator or head, from when to when.
CREATE TABLE service (
  county TEXT NOT NULL,
  person TEXT NOT NULL,
  org    TEXT NOT NULL,
  role   TEXT NOT NULL,
  since  TEXT NOT NULL DEFAULT '',
  until  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, person, org, role),
  FOREIGN KEY (county, person) REFERENCES person (county, id),
  FOREIGN KEY (county, org) REFERENCES org (county, code)
);
CREATE INDEX service_org ON service (county, org, role);

CREATE TABLE account (
  county        TEXT NOT NULL,
  person        TEXT NOT NULL,
  login         TEXT NOT NULL,
  password      TEXT NOT NULL,
  past          TEXT NOT NULL DEFAULT '',
  admin         TEXT NOT NULL DEFAULT '',
  must_change   SMALLINT NOT NULL DEFAULT 0,
  exempt        SMALLINT NOT NULL DEFAULT 0,
  failures      BIGINT NOT NULL DEFAULT 0,
  locked_until  BIGINT NOT NULL DEFAULT 0,
  changed_at    BIGINT NOT NULL DEFAULT 0,
  disabled_at   BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (county, person),
  UNIQUE (county, login),
  FOREIGN KEY (county, person) REFERENCES person (county, id)
);

CREATE TABLE session (
  county     TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  person     TEXT NOT NULL,
  org        TEXT NOT NULL DEFAULT '',
  bearer     SMALLINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL,
  PRIMARY KEY (county, token_hash),
  FOREIGN KEY (county, person) REFERENCES person (county, id)
);
CREATE INDEX session_person ON session (county, person);

-- The client's operation id and the first answer it got.
CREATE TABLE operation (
  county  TEXT NOT NULL,
  person  TEXT NOT NULL,
  key     TEXT NOT NULL,
  request TEXT NOT NULL,
  answer  TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (county, person, key)
);

CREATE TABLE number_series (
  county TEXT NOT NULL,
  series TEXT NOT NULL,
  org    TEXT NOT NULL,
  year   BIGINT NOT NULL,
  last   BIGINT NOT NULL,
  PRIMARY KEY (county, series, org, year)
);

CREATE TABLE matter (
  county       TEXT NOT NULL,
  id           TEXT NOT NULL,
  number       TEXT NOT NULL DEFAULT '',
  kind         TEXT NOT NULL,
  status       TEXT NOT NULL,
  title        TEXT NOT NULL,
  description  TEXT NOT NULL DEFAULT '',
  category     TEXT NOT NULL DEFAULT '',
  source       TEXT NOT NULL DEFAULT '',
  petition_type TEXT NOT NULL DEFAULT '',
  channel      TEXT NOT NULL DEFAULT '',
  place        TEXT NOT NULL DEFAULT '',
  concerns     TEXT NOT NULL DEFAULT '',
  headcount    BIGINT NOT NULL DEFAULT 0,
  amount_fen   BIGINT NOT NULL DEFAULT 0,
  project      TEXT NOT NULL DEFAULT '',
  registrant   TEXT NOT NULL,
  registered_by TEXT NOT NULL DEFAULT '',
  holder       TEXT NOT NULL,
  route        TEXT NOT NULL DEFAULT '',
  surfaced_to  TEXT NOT NULL DEFAULT '',
  pending      TEXT NOT NULL DEFAULT '',
  pending_to   TEXT NOT NULL DEFAULT '',
  pending_by   TEXT NOT NULL DEFAULT '',
  pending_since BIGINT NOT NULL DEFAULT 0,
  proposed     TEXT NOT NULL DEFAULT '',
  proposed_by  TEXT NOT NULL DEFAULT '',
  proposed_note TEXT NOT NULL DEFAULT '',
  risk         TEXT NOT NULL DEFAULT 'normal',
  risk_why     TEXT NOT NULL DEFAULT '',
  risk_until   TEXT NOT NULL DEFAULT '',
  found_at     BIGINT NOT NULL DEFAULT 0,
  registered_at BIGINT NOT NULL DEFAULT 0,
  accepted_at  BIGINT NOT NULL DEFAULT 0,
  accepted_org TEXT NOT NULL DEFAULT '',
  resolved_at  BIGINT NOT NULL DEFAULT 0,
  resolved_by  TEXT NOT NULL DEFAULT '',
  resolved_how TEXT NOT NULL DEFAULT '',
  resolve_note TEXT NOT NULL DEFAULT '',
  paper        TEXT NOT NULL DEFAULT '',
  ended_at     BIGINT NOT NULL DEFAULT 0,
  notice_note  TEXT NOT NULL DEFAULT '',
  cleared_at   BIGINT NOT NULL DEFAULT 0,
  cleared_by   TEXT NOT NULL DEFAULT '',
  cleared_org  TEXT NOT NULL DEFAULT '',
  cleared_from TEXT NOT NULL DEFAULT '',
  cleared_simply SMALLINT NOT NULL DEFAULT 0,
  on_the_spot  SMALLINT NOT NULL DEFAULT 0,
  reopened     BIGINT NOT NULL DEFAULT 0,
  reopened_at  BIGINT NOT NULL DEFAULT 0,
  hand_overs   BIGINT NOT NULL DEFAULT 0,
  at_court     SMALLINT NOT NULL DEFAULT 0,
  court_mode   TEXT NOT NULL DEFAULT '',
  merged_into  TEXT NOT NULL DEFAULT '',
  repeats      TEXT NOT NULL DEFAULT '',
  repeat_note  TEXT NOT NULL DEFAULT '',
  void         SMALLINT NOT NULL DEFAULT 0,
  seq          BIGINT NOT NULL DEFAULT 0,
  chain        TEXT NOT NULL DEFAULT '',
  updated_at   BIGINT NOT NULL DEFAULT 0,
  version      BIGINT NOT NULL,
  PRIMARY KEY (county, id),
  FOREIGN KEY (county, holder) REFERENCES org (county, code),
  FOREIGN KEY (county, registrant) REFERENCES org (county, code)
);
CREATE INDEX matter_accepted ON matter (county, kind, accepted_at, accepted_org, status);
CREATE INDEX matter_number ON matter (county, number);
CREATE INDEX matter_updated ON matter (county, updated_at, id);
CREATE INDEX matter_merged ON matter (county, merged_into);
CREATE INDEX matter_repeats ON matter (county, repeats);

CREATE TABLE matter_demand (
  county        TEXT NOT NULL,
  matter        TEXT NOT NULL,
  id            TEXT NOT NULL,
  no            BIGINT NOT NULL,
  text          TEXT NOT NULL,
  list          TEXT NOT NULL DEFAULT '',
  list_proposed TEXT NOT NULL DEFAULT '',
  list_reason   TEXT NOT NULL DEFAULT '',
  proposed_by   TEXT NOT NULL DEFAULT '',
  confirmed_by  TEXT NOT NULL DEFAULT '',
  outcome       TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);
CREATE INDEX matter_demand_list ON matter_demand (county, list, matter);

CREATE TABLE matter_party (
  county        TEXT NOT NULL,
  matter        TEXT NOT NULL,
  id            TEXT NOT NULL,
  no            BIGINT NOT NULL,
  role          TEXT NOT NULL,
  name          TEXT NOT NULL,
  phone         TEXT NOT NULL DEFAULT '',
  phone_blind   TEXT NOT NULL DEFAULT '',
  phone_masked  TEXT NOT NULL DEFAULT '',
  id_number     TEXT NOT NULL DEFAULT '',
  id_blind      TEXT NOT NULL DEFAULT '',
  id_masked     TEXT NOT NULL DEFAULT '',
  address       TEXT NOT NULL DEFAULT '',
  address_masked TEXT NOT NULL DEFAULT '',
  consent       TEXT NOT NULL DEFAULT '',
  consent_at    BIGINT NOT NULL DEFAULT 0,
  consent_by    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);
CREATE INDEX matter_party_name ON matter_party (county, name, matter);
CREATE INDEX matter_party_phone ON matter_party (county, phone_blind);
CREATE INDEX matter_party_id ON matter_party (county, id_blind);

CREATE TABLE matter_appointment (
  county TEXT NOT NULL,
  matter TEXT NOT NULL,
  id     TEXT NOT NULL,
  org    TEXT NOT NULL,
  person TEXT NOT NULL,
  name   TEXT NOT NULL,
  at     BIGINT NOT NULL,
  ended  BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

CREATE TABLE matter_attempt (
  county  TEXT NOT NULL,
  matter  TEXT NOT NULL,
  id      TEXT NOT NULL,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  name    TEXT NOT NULL,
  held_at BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  note    TEXT NOT NULL DEFAULT '',
  badge   SMALLINT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

CREATE TABLE matter_follow_up (
  county    TEXT NOT NULL,
  matter    TEXT NOT NULL,
  id        TEXT NOT NULL,
  no        BIGINT NOT NULL,
  due_at    BIGINT NOT NULL,
  done_at   BIGINT NOT NULL DEFAULT 0,
  held_at   BIGINT NOT NULL DEFAULT 0,
  person    TEXT NOT NULL DEFAULT '',
  performed TEXT NOT NULL DEFAULT '',
  satisfied TEXT NOT NULL DEFAULT '',
  note      TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

CREATE TABLE matter_help (
  county  TEXT NOT NULL,
  matter  TEXT NOT NULL,
  id      TEXT NOT NULL,
  org     TEXT NOT NULL,
  task    TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  due_at  BIGINT NOT NULL,
  done_at BIGINT NOT NULL DEFAULT 0,
  result  TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

CREATE TABLE matter_referral (
  county  TEXT NOT NULL,
  matter  TEXT NOT NULL,
  id      TEXT NOT NULL,
  org     TEXT NOT NULL,
  target  TEXT NOT NULL,
  mode    TEXT NOT NULL,
  at      BIGINT NOT NULL,
  outcome TEXT NOT NULL DEFAULT '',
  done_at BIGINT NOT NULL DEFAULT 0,
  note    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

CREATE TABLE matter_supervision (
  county TEXT NOT NULL,
  matter TEXT NOT NULL,
  id     TEXT NOT NULL,
  org    TEXT NOT NULL,
  note   TEXT NOT NULL,
  at     BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  reply  TEXT NOT NULL DEFAULT '',
  replied_at BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

CREATE TABLE matter_advice (
  county  TEXT NOT NULL,
  matter  TEXT NOT NULL,
  id      TEXT NOT NULL,
  org     TEXT NOT NULL,
  person  TEXT NOT NULL,
  expert  TEXT NOT NULL,
  opinion TEXT NOT NULL,
  at      BIGINT NOT NULL,
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

CREATE TABLE matter_deadline (
  county      TEXT NOT NULL,
  matter      TEXT NOT NULL,
  id          TEXT NOT NULL,
  no          BIGINT NOT NULL,
  clock       TEXT NOT NULL,
  org         TEXT NOT NULL,
  started_at  BIGINT NOT NULL,
  due_at      BIGINT NOT NULL,
  days        BIGINT NOT NULL DEFAULT 0,
  unit        TEXT NOT NULL,
  side        TEXT NOT NULL,
  basis       TEXT NOT NULL DEFAULT '',
  verified    SMALLINT NOT NULL DEFAULT 0,
  provisional SMALLINT NOT NULL DEFAULT 0,
  state       TEXT NOT NULL,
  stopped_at  BIGINT NOT NULL DEFAULT 0,
  paused_at   BIGINT NOT NULL DEFAULT 0,
  pause_until BIGINT NOT NULL DEFAULT 0,
  pause_reason TEXT NOT NULL DEFAULT '',
  pause_by    TEXT NOT NULL DEFAULT '',
  surfaced_at BIGINT NOT NULL DEFAULT 0,
  moved       BIGINT NOT NULL DEFAULT 0,
  ref         TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, matter, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);
CREATE INDEX matter_deadline_due ON matter_deadline (county, state, clock, due_at, surfaced_at, matter);

CREATE TABLE timeline (
  county     TEXT NOT NULL,
  matter     TEXT NOT NULL,
  seq        BIGINT NOT NULL,
  at         BIGINT NOT NULL,
  person     TEXT NOT NULL DEFAULT '',
  name       TEXT NOT NULL DEFAULT '',
  org        TEXT NOT NULL DEFAULT '',
  action     TEXT NOT NULL,
  from_status TEXT NOT NULL,
  to_status  TEXT NOT NULL,
  holder     TEXT NOT NULL,
  bodies     TEXT NOT NULL DEFAULT '',
  text       TEXT NOT NULL DEFAULT '',
  note       TEXT NOT NULL DEFAULT '',
  changes    TEXT NOT NULL DEFAULT '',
  reverses   BIGINT NOT NULL DEFAULT 0,
  prev       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  PRIMARY KEY (county, matter, seq),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

-- The state before the newest step of a matter, for ten minutes' undo.
CREATE TABLE matter_undo (
  county TEXT NOT NULL,
  matter TEXT NOT NULL,
  seq    BIGINT NOT NULL,
  person TEXT NOT NULL,
  org    TEXT NOT NULL,
  at     BIGINT NOT NULL,
  state  TEXT NOT NULL,
  PRIMARY KEY (county, matter),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);

-- Who may see a matter and why, with what lists sort and filter by.
CREATE TABLE matter_reach (
  county        TEXT NOT NULL,
  org           TEXT NOT NULL,
  matter        TEXT NOT NULL,
  mode          TEXT NOT NULL,
  kind          TEXT NOT NULL,
  status        TEXT NOT NULL,
  holder        TEXT NOT NULL DEFAULT '',
  registered_at BIGINT NOT NULL,
  next_due      BIGINT NOT NULL,
  todo          TEXT NOT NULL DEFAULT '',
  todo_not      TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, matter, org),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);
CREATE INDEX matter_reach_status ON matter_reach (county, org, status, registered_at, matter, kind, holder);
CREATE INDEX matter_reach_newest ON matter_reach (county, org, registered_at, matter, status, kind, holder);
CREATE INDEX matter_reach_due ON matter_reach (county, org, next_due, matter, status, kind, holder);
CREATE INDEX matter_reach_todo ON matter_reach (county, org, todo, next_due, matter);

CREATE TABLE external_id (
  county  TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  system  TEXT NOT NULL,
  number  TEXT NOT NULL,
  PRIMARY KEY (county, subject, subject_id, system),
  UNIQUE (county, system, number, subject)
);

CREATE TABLE attachment (
  county TEXT NOT NULL,
  id     TEXT NOT NULL,
  matter TEXT NOT NULL,
  hash   TEXT NOT NULL,
  name   TEXT NOT NULL,
  type   TEXT NOT NULL,
  size   BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  person TEXT NOT NULL,
  org    TEXT NOT NULL,
  PRIMARY KEY (county, id),
  FOREIGN KEY (county, matter) REFERENCES matter (county, id)
);
CREATE INDEX attachment_matter ON attachment (county, matter, at);
CREATE INDEX attachment_hash ON attachment (county, hash);

CREATE TABLE audit_row (
  county  TEXT NOT NULL,
  id      TEXT NOT NULL,
  at      BIGINT NOT NULL,
  person  TEXT NOT NULL,
  org     TEXT NOT NULL,
  verb    TEXT NOT NULL,
  subject TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  fields  TEXT NOT NULL DEFAULT '',
  hash    TEXT NOT NULL,
  block   BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (county, id)
);
CREATE INDEX audit_row_block ON audit_row (county, block, id);
CREATE INDEX audit_row_subject ON audit_row (county, subject, subject_id, at);

CREATE TABLE audit_block (
  county TEXT NOT NULL,
  seq    BIGINT NOT NULL,
  at     BIGINT NOT NULL,
  count  BIGINT NOT NULL,
  root   TEXT NOT NULL,
  prev   TEXT NOT NULL,
  hash   TEXT NOT NULL,
  PRIMARY KEY (county, seq)
);

CREATE TABLE holiday (
  county TEXT NOT NULL,
  date   TEXT NOT NULL,
  kind   TEXT NOT NULL,
  name   TEXT NOT NULL,
  PRIMARY KEY (county, date)
);

CREATE TABLE job (
  county   TEXT NOT NULL,
  id       TEXT NOT NULL,
  kind     TEXT NOT NULL,
  key      TEXT NOT NULL,
  due      BIGINT NOT NULL,
  args     TEXT NOT NULL DEFAULT '',
  state    TEXT NOT NULL,
  attempts BIGINT NOT NULL DEFAULT 0,
  lease_by TEXT NOT NULL DEFAULT '',
  lease_until BIGINT NOT NULL DEFAULT 0,
  progress TEXT NOT NULL DEFAULT '',
  error    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (county, id),
  UNIQUE (county, kind, key)
);
CREATE INDEX job_due ON job (county, state, due);

CREATE TABLE lease (
  county TEXT NOT NULL,
  name   TEXT NOT NULL,
  holder TEXT NOT NULL,
  until  BIGINT NOT NULL,
  PRIMARY KEY (county, name)
);
