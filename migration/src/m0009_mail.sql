-- A letter that is to be sent; its row goes when the mail server has it, or when it is given up.
CREATE TABLE mail (
  id {uuid} NOT NULL PRIMARY KEY,
  -- Whom it concerns. The letter that tells of an account's end outlives it.
  account_id {uuid} REFERENCES account (id) ON DELETE SET NULL,
  kind TEXT NOT NULL,
  language TEXT NOT NULL,
  -- To whom and what, sealed.
  sealed {bytes} NOT NULL,
  -- From then on it means nothing any more.
  until BIGINT,
  -- How often it was taken up; also whose turn it is: an outcome counts only for the attempt that it is of.
  attempts BIGINT NOT NULL,
  -- When it is due. An attempt puts this off before it begins, so that nobody else begins one and a server that dies delays it only.
  next_attempt_at BIGINT NOT NULL,
  -- A word of ours for why the last attempt failed.
  failure TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX mail_due ON mail (next_attempt_at);
CREATE INDEX mail_account ON mail (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX mail_created ON mail (created_at);
