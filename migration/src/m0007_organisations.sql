-- A token that a person made for herself, or that a front end elsewhere got for one sign-in of hers; stored as a keyed digest.
CREATE TABLE personal_token (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  digest {bytes} NOT NULL UNIQUE,
  prefix TEXT NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  -- That of the account when it was made: "revoke all" raises the account's.
  generation BIGINT NOT NULL,
  -- The front end that has it; then it lives as long as that sign-in, whose session may be gone.
  front_end TEXT,
  session_id {bytes} REFERENCES session (id) ON DELETE SET NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  -- Written by a worker every few seconds, not with each use.
  last_used_at BIGINT
);
CREATE INDEX personal_token_account ON personal_token (account_id, id);
CREATE INDEX personal_token_session ON personal_token (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX personal_token_end ON personal_token (expires_at);

-- The organisations whose people may come in through a provider that tells them.
CREATE TABLE organisation (
  siret {key} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX organisation_name ON organisation (name_key, siret);

-- Every number that leads to an organisation, its own among them: none leads to two.
CREATE TABLE organisation_siret (
  siret {key} NOT NULL PRIMARY KEY,
  organisation {key} NOT NULL REFERENCES organisation (siret) ON DELETE CASCADE
);
CREATE INDEX organisation_siret_organisation ON organisation_siret (organisation);

-- What a provider said of a person at her last sign-in, also of organisations that are not known here.
CREATE TABLE membership (
  identity_id {uuid} NOT NULL REFERENCES identity (id) ON DELETE CASCADE,
  siret {key} NOT NULL,
  label TEXT,
  is_external BOOLEAN NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (identity_id, siret)
);
CREATE INDEX membership_siret ON membership (siret);

-- The organisation for which she acted last, and that of a sign-in.
ALTER TABLE identity ADD COLUMN organisation {key};
ALTER TABLE session ADD COLUMN organisation {key} REFERENCES organisation (siret) ON DELETE SET NULL;
CREATE INDEX session_organisation ON session (organisation) WHERE organisation IS NOT NULL;

-- Somebody whom a provider vouches for and who has not said yet for which organisation she comes, or comes for none that is known.
CREATE TABLE pending_sign_in (
  id {uuid} NOT NULL PRIMARY KEY,
  browser {bytes} NOT NULL,
  sealed {bytes} NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX pending_sign_in_browser ON pending_sign_in (browser);
CREATE INDEX pending_sign_in_end ON pending_sign_in (ends_at);

-- Somebody who asked the administrators to let her organisation in: one row a person. Who she is stands sealed.
CREATE TABLE organisation_request (
  id {uuid} NOT NULL PRIMARY KEY,
  issuer {key} NOT NULL,
  subject {key} NOT NULL,
  sealed {bytes} NOT NULL,
  requested_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX organisation_request_person ON organisation_request (issuer, subject);
CREATE INDEX organisation_request_end ON organisation_request (ends_at);
CREATE TABLE organisation_request_siret (
  request_id {uuid} NOT NULL REFERENCES organisation_request (id) ON DELETE CASCADE,
  siret {key} NOT NULL,
  PRIMARY KEY (request_id, siret)
);
CREATE INDEX organisation_request_siret_siret ON organisation_request_siret (siret);

-- The code with which a front end elsewhere gets its token, once. It stays a while after its use, so that a second one is noticed.
CREATE TABLE login_code (
  code {bytes} NOT NULL PRIMARY KEY,
  session_id {bytes} NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  provider {key} NOT NULL,
  front_end {key} NOT NULL,
  challenge TEXT NOT NULL,
  ends_at BIGINT NOT NULL,
  used_at BIGINT,
  token_id {uuid} REFERENCES personal_token (id) ON DELETE SET NULL
);
CREATE INDEX login_code_session ON login_code (session_id);
CREATE INDEX login_code_token ON login_code (token_id) WHERE token_id IS NOT NULL;
CREATE INDEX login_code_end ON login_code (ends_at);
