-- +goose Up

-- When a login was last used: sessions are swept, this stays.
ALTER TABLE account ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- On which matters somebody is appointed, asked before a service ends.
CREATE INDEX matter_appointment_person ON matter_appointment (county, person, matter);

-- The auditor reads what was done, the newest first.
CREATE INDEX audit_row_at ON audit_row (county, at, id);

-- What was resolved or ended when: the home page counts the last weeks.
CREATE INDEX matter_closed ON matter (county, (CASE WHEN resolved_at > 0 THEN resolved_at ELSE ended_at END));
