-- What applications do is found by application: among actors, people alone. One index less for each issued token …
DROP INDEX audit_event_actor;
CREATE INDEX audit_event_acting_person ON audit_event (actor_id, id) WHERE actor_kind = 'person';
-- … and one more, whose new entries stand at one end.
CREATE INDEX audit_event_action ON audit_event (action, id);
CREATE INDEX audit_event_room ON audit_event (room_id, id) WHERE room_id IS NOT NULL;
-- When a token was issued stands in its id.
CREATE INDEX audit_event_token ON audit_event (jti, id) WHERE jti IS NOT NULL AND action <> 'token.issued';
