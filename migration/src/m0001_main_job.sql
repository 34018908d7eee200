-- Moments are microseconds since 1970 UTC in BIGINT; enumerations are words; lists of scopes are separated by blanks.

CREATE TABLE installation (
  name TEXT NOT NULL PRIMARY KEY,
  value {bytes} NOT NULL
);

CREATE TABLE application (
  id {uuid} NOT NULL PRIMARY KEY,
  client_id {key} NOT NULL UNIQUE,
  slug {key} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  scopes TEXT NOT NULL,
  all_domains BOOLEAN NOT NULL,
  allow_user_creation BOOLEAN NOT NULL,
  generation BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

-- The e-mail domains for whose people an application may act. No row: nobody, unless all_domains.
CREATE TABLE application_domain (
  application_id {uuid} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  domain {key} NOT NULL,
  PRIMARY KEY (application_id, domain)
);

-- A keyed digest of each secret; the secret itself is nowhere.
CREATE TABLE application_secret (
  id {uuid} NOT NULL PRIMARY KEY,
  application_id {uuid} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  digest {bytes} NOT NULL,
  prefix TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT
);
CREATE UNIQUE INDEX application_secret_digest ON application_secret (application_id, digest);

CREATE TABLE account (
  id {uuid} NOT NULL PRIMARY KEY,
  -- The address that tokens and domains match: verified, or a pending person's. email_key is its normal form.
  email TEXT,
  email_key {key} UNIQUE,
  email_domain {key},
  email_verified BOOLEAN NOT NULL,
  name TEXT,
  role TEXT NOT NULL,
  status TEXT NOT NULL,
  language TEXT,
  time_zone TEXT,
  password_hash TEXT,
  generation BIGINT NOT NULL,
  created_by_application {uuid} REFERENCES application (id) ON DELETE SET NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX account_created_by_application ON account (created_by_application) WHERE created_by_application IS NOT NULL;

CREATE TABLE session (
  -- SHA-256 of the id in the cookie.
  id {bytes} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  data TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_end ON session (ends_at);

-- What a form leaves behind for the page that follows it, sealed, read once.
CREATE TABLE flash (
  session_id {bytes} NOT NULL REFERENCES session (id) ON DELETE CASCADE,
  path {key} NOT NULL,
  sealed {bytes} NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (session_id, path)
);
CREATE INDEX flash_end ON flash (ends_at);

CREATE TABLE signing_key (
  kid {key} NOT NULL PRIMARY KEY,
  algorithm TEXT NOT NULL,
  sealed {bytes} NOT NULL,
  created_at BIGINT NOT NULL
);

-- Tokens revoked one by one, until they would have expired anyway.
CREATE TABLE revoked_token (
  jti {uuid} NOT NULL PRIMARY KEY,
  expires_at BIGINT NOT NULL
);
CREATE INDEX revoked_token_end ON revoked_token (expires_at);

CREATE TABLE room (
  id {uuid} NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  name_key {key} NOT NULL,
  access_level TEXT NOT NULL,
  configuration TEXT NOT NULL,
  created_by {uuid} REFERENCES account (id) ON DELETE SET NULL,
  created_by_application {uuid} REFERENCES application (id) ON DELETE SET NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  deleted_at BIGINT
);
CREATE INDEX room_created_by ON room (created_by) WHERE created_by IS NOT NULL;
CREATE INDEX room_created_by_application ON room (created_by_application) WHERE created_by_application IS NOT NULL;

-- Every address that ever named a room; none goes to another one.
CREATE TABLE room_slug (
  slug {key} NOT NULL PRIMARY KEY,
  room_id {uuid} NOT NULL REFERENCES room (id),
  current BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX room_slug_current ON room_slug (room_id) WHERE current;

CREATE TABLE room_access (
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  room_id {uuid} NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, room_id)
);
CREATE INDEX room_access_room ON room_access (room_id);

-- Ids are UUIDs of version 7: their order is the order in time.
CREATE TABLE audit_event (
  id {uuid} NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  action TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id {uuid},
  on_behalf_of {uuid},
  application_id {uuid},
  jti {uuid},
  room_id {uuid},
  address TEXT,
  request_id TEXT,
  details TEXT,
  -- Refusals of one kind, application, address and minute are one row with a count.
  refusal_key TEXT,
  occurrences BIGINT NOT NULL
);
CREATE UNIQUE INDEX audit_event_refusal ON audit_event (refusal_key) WHERE refusal_key IS NOT NULL;
CREATE INDEX audit_event_application ON audit_event (application_id, id) WHERE application_id IS NOT NULL;
CREATE INDEX audit_event_person ON audit_event (on_behalf_of, id) WHERE on_behalf_of IS NOT NULL;
CREATE INDEX audit_event_actor ON audit_event (actor_id, id) WHERE actor_id IS NOT NULL;
