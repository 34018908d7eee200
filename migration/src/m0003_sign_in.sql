-- What a provider says that a person's address is and nobody vouches for: shown, never matched.
ALTER TABLE account ADD COLUMN claimed_email TEXT;

-- Whether anybody signs in with a password.
CREATE INDEX account_password ON account (id) WHERE password_hash IS NOT NULL;

-- Who a person is at an identity provider. Several may be one account's; none moves to another by itself.
CREATE TABLE identity (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  issuer {key} NOT NULL,
  subject {key} NOT NULL,
  -- The id in the settings of the provider through which it was used last.
  provider {key} NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_subject ON identity (issuer, subject);
CREATE INDEX identity_account ON identity (account_id);

-- A visit to a provider that has not come back. The state and the browser's cookie are stored as SHA-256.
CREATE TABLE login_attempt (
  state {bytes} NOT NULL PRIMARY KEY,
  browser {bytes} NOT NULL,
  provider {key} NOT NULL,
  sealed {bytes} NOT NULL,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX login_attempt_browser ON login_attempt (browser, created_at);
CREATE INDEX login_attempt_end ON login_attempt (ends_at);

-- The provider's side of a session.
CREATE TABLE session_provider (
  session_id {bytes} NOT NULL PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
  provider {key} NOT NULL,
  issuer {key} NOT NULL,
  subject {key} NOT NULL,
  sid {key},
  -- The tokens that are needed later, sealed: the ID token for signing out, the refresh token where it is used.
  sealed {bytes} NOT NULL,
  -- When the provider last vouched for the person.
  checked_at BIGINT NOT NULL
);
CREATE INDEX session_provider_subject ON session_provider (issuer, subject);
CREATE INDEX session_provider_sid ON session_provider (issuer, sid) WHERE sid IS NOT NULL;

-- Logout tokens that were obeyed, until they would have ended anyway.
CREATE TABLE logout_token (
  issuer {key} NOT NULL,
  jti {key} NOT NULL,
  ends_at BIGINT NOT NULL,
  PRIMARY KEY (issuer, jti)
);
CREATE INDEX logout_token_end ON logout_token (ends_at);

-- Somebody whom a provider vouches for, and whose address is another account's.
CREATE TABLE sign_in_conflict (
  id {uuid} NOT NULL PRIMARY KEY,
  browser {bytes} NOT NULL,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  -- Who she is at the provider, sealed.
  sealed {bytes} NOT NULL,
  -- When she asked an administrator to decide.
  requested_at BIGINT,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX sign_in_conflict_account ON sign_in_conflict (account_id);
CREATE INDEX sign_in_conflict_browser ON sign_in_conflict (browser);
CREATE INDEX sign_in_conflict_request ON sign_in_conflict (requested_at) WHERE requested_at IS NOT NULL;
CREATE INDEX sign_in_conflict_end ON sign_in_conflict (ends_at);
