-- Whether a person chose her name herself: then no provider changes it.
ALTER TABLE account ADD COLUMN name_chosen BOOLEAN NOT NULL DEFAULT FALSE;

-- What rooms are like that a person makes in the browser, where she does not say it.
CREATE TABLE room_default (
  account_id {uuid} NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
  access_level TEXT NOT NULL
);
