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
