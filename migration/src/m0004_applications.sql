-- What people are told of an application, and whom they ask.
ALTER TABLE application ADD COLUMN description TEXT;
ALTER TABLE application ADD COLUMN owner_contact TEXT;
ALTER TABLE application ADD COLUMN home_page TEXT;

-- The name without case and accents, by which it is searched; none of those that an older server made.
ALTER TABLE application ADD COLUMN name_key {key};

-- How long its tokens work, in minutes; none: as the settings say.
ALTER TABLE application ADD COLUMN token_lifetime_minutes BIGINT;

-- Networks from which it may be used, separated by blanks; empty: from everywhere.
ALTER TABLE application ADD COLUMN networks TEXT NOT NULL DEFAULT '';

-- Those of its scopes that a person may decline.
ALTER TABLE application ADD COLUMN optional_scopes TEXT NOT NULL DEFAULT '';

-- Counts changes, so that one that was made without knowledge of another is noticed.
ALTER TABLE application ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

-- What its logo's address carries, so that browsers may keep the picture for ever; none without a logo.
ALTER TABLE application ADD COLUMN logo TEXT;

CREATE TABLE application_logo (
  application_id {uuid} NOT NULL PRIMARY KEY REFERENCES application (id) ON DELETE CASCADE,
  png {bytes} NOT NULL
);

-- People who manage one application without being administrators.
CREATE TABLE application_manager (
  application_id {uuid} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (application_id, account_id)
);
CREATE INDEX application_manager_account ON application_manager (account_id);

-- What it did, by day (days since 1970, UTC): tokens that it got, and uses of them that were let in.
CREATE TABLE application_activity (
  application_id {uuid} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  day BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  calls BIGINT NOT NULL,
  PRIMARY KEY (application_id, day)
);
CREATE INDEX application_activity_day ON application_activity (day);

-- What it was refused, by day and stable code.
CREATE TABLE application_refusal (
  application_id {uuid} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  day BIGINT NOT NULL,
  code {key} NOT NULL,
  refusals BIGINT NOT NULL,
  PRIMARY KEY (application_id, day, code)
);
CREATE INDEX application_refusal_day ON application_refusal (day);

-- Client ids of applications that are gone: the trail still names them.
CREATE TABLE deleted_application (
  id {uuid} NOT NULL PRIMARY KEY,
  client_id {key} NOT NULL UNIQUE,
  deleted_at BIGINT NOT NULL
);
