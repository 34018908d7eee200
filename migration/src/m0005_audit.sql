-- What applications do is found by application: among actors, people alone. One index less for each issued token …
DROP INDEX audit_event_actor;
CREATE INDEX audit_event_acting_person ON audit_event (actor_id, id) WHERE actor_kind = 'person';
-- … and one more, whose new entries stand at one end.
CREATE INDEX audit_event_action ON audit_event (action, id);
CREATE INDEX audit_event_room ON audit_event (room_id, id) WHERE room_id IS NOT NULL;
-- When a token was issued stands in its id.
CREATE INDEX audit_event_token ON audit_event (jti, id) WHERE jti IS NOT NULL AND action <> 'token.issued';

-- The words by which administrators find people. They are made anew where the account changed since.
ALTER TABLE account ADD COLUMN searched_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX account_unsearched ON account (id) WHERE searched_at <> updated_at;
CREATE TABLE account_word (
  word {key} NOT NULL,
  account_id {uuid} NOT NULL REFERENCES account (id) ON DELETE CASCADE,
  PRIMARY KEY (word, account_id)
);
CREATE INDEX account_word_account ON account_word (account_id);
CREATE INDEX account_status ON account (status, id);
CREATE INDEX account_administrator ON account (id) WHERE role = 'ADMIN';
