-- An address that lets a person choose a password, once: of an invitation, or because she forgot hers. Its secret is stored as a keyed
-- digest. One lives per account and purpose: a new one takes the place of the one before.
CREATE TABLE one_time_link (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  purpose {key} NOT NULL,
  digest {bytes} NOT NULL UNIQUE,
  -- A keyed digest of address and password of the account as they were: when either is another one, the link is over.
  fits {bytes} NOT NULL,
  created_at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  used_at BIGINT
);
CREATE UNIQUE INDEX one_time_link_living ON one_time_link (account_id, purpose) WHERE used_at IS NULL;
CREATE INDEX one_time_link_account ON one_time_link (account_id);
CREATE INDEX one_time_link_end ON one_time_link (until);
