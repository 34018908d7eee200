-- A code sent to the account's address: it proves that the address is hers. A keyed digest of it, and how often one was tried.
ALTER TABLE sign_in_conflict ADD COLUMN code_digest {bytes};
ALTER TABLE sign_in_conflict ADD COLUMN code_ends_at BIGINT;
ALTER TABLE sign_in_conflict ADD COLUMN code_attempts BIGINT NOT NULL DEFAULT 0;
