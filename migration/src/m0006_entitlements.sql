-- Whether a person may use the service, as the entitlements provider said last. There is a row once claims of hers were kept.
CREATE TABLE entitlement (
  account_id {uuid} NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
  -- The claims of her last sign-in that the settings name, and the organisation that she acts for, sealed: which claims these are is
  -- the operator's choice, they are kept as long as she is, and nothing is ever looked up by them.
  claims {bytes} NOT NULL,
  -- A keyed digest of what is sent about her. An answer about other claims is not kept.
  fingerprint {bytes} NOT NULL,
  -- Raised with every change of the row: of two answers that overlap, the one that was asked for later stays.
  version BIGINT NOT NULL,
  -- The answer; none before the first one, and none after other claims came.
  status TEXT,
  reason TEXT,
  -- Whom it comes from: a digest of address, service and claims' names in the settings.
  source {bytes},
  -- When it was asked for.
  fetched_at BIGINT,
  -- All of it, as JSON: the organisation's name, whoever can activate the service, and what we do not know.
  answer TEXT
);
