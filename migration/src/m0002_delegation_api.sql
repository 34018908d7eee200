-- An application's own key of a room. Each application has its own; none sees another's.
CREATE TABLE room_external_id (
  application_id {uuid} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  external_id {key} NOT NULL,
  room_id {uuid} NOT NULL REFERENCES room (id) ON DELETE CASCADE,
  PRIMARY KEY (application_id, external_id)
);
CREATE UNIQUE INDEX room_external_id_room ON room_external_id (room_id, application_id);

-- What a request with an Idempotency-Key was answered. The scope is a digest of application, person, method, path and key.
CREATE TABLE idempotency (
  scope {bytes} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  application_id {uuid} REFERENCES application (id) ON DELETE CASCADE,
  -- SHA-256 of the fields that were sent.
  request {bytes} NOT NULL,
  answer TEXT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX idempotency_end ON idempotency (ends_at);
CREATE INDEX idempotency_account ON idempotency (account_id);
CREATE INDEX idempotency_application ON idempotency (application_id) WHERE application_id IS NOT NULL;

-- A key that another one replaced verifies until then; none for keys that sign.
ALTER TABLE signing_key ADD COLUMN ends_at BIGINT;
CREATE INDEX signing_key_newest ON signing_key (algorithm, created_at);

-- Written by a worker every few seconds, not with each use.
ALTER TABLE application ADD COLUMN last_used_at BIGINT;
ALTER TABLE application_secret ADD COLUMN last_used_at BIGINT;

-- Pending people that an application may make in a day; none: as the settings say.
ALTER TABLE application ADD COLUMN user_creation_per_day BIGINT;

-- Those that it made, by day (days since 1970, UTC).
CREATE TABLE application_user_creation (
  application_id {uuid} NOT NULL REFERENCES application (id) ON DELETE CASCADE,
  day BIGINT NOT NULL,
  people BIGINT NOT NULL,
  PRIMARY KEY (application_id, day)
);
CREATE INDEX application_user_creation_day ON application_user_creation (day);

-- People who never came, oldest first.
CREATE INDEX account_pending ON account (created_at) WHERE status = 'pending';
