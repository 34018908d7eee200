-- Accounts that were deleted: that they were, and nothing of whose they were. The trail keeps their ids.
CREATE TABLE deleted_account (
  id {uuid} NOT NULL PRIMARY KEY,
  deleted_at BIGINT NOT NULL
);
CREATE INDEX deleted_account_moment ON deleted_account (deleted_at);

-- Accounts that became part of another one, which may be gone itself by now: whoever reads the trail finds the way.
CREATE TABLE merged_account (
  id {uuid} NOT NULL PRIMARY KEY,
  account_id {uuid} NOT NULL,
  merged_at BIGINT NOT NULL
);
CREATE INDEX merged_account_account ON merged_account (account_id);
CREATE INDEX merged_account_moment ON merged_account (merged_at);
