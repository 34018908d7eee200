//! `PATCH /external-api/v1.0/rooms/{id}/`: what it changes, and what it leaves behind.

use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::forger::claims;
use crate::harness::{Application, Client, Database, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const SCOPES: &str = "rooms:create rooms:retrieve rooms:update";

async fn ready(server: &Server) -> (Application, Client) {
    server.account(ADA).await;
    let application = server.application(SCOPES, &["example.org"]).await;
    let acting = application.acting_for(ADA).await;
    (application, acting)
}

fn at(room: &Value) -> String {
    format!("{ROOMS}{}/", room["id"].as_str().unwrap())
}

/// Changes the room and sees that it is what the answer says.
async fn patched(acting: &Client, room: &Value, change: Value) -> Value {
    let answer = acting.call("PATCH", &at(room)).json(&change).expect(200).await;
    assert_eq!(answer.header("allow"), "GET, PATCH, DELETE, HEAD, OPTIONS");
    let after = answer.json();
    assert_eq!(acting.get(&at(room)).expect(200).await.json(), after);
    after
}

async fn refused(acting: &Client, room: &Value, change: Value, told: Value) {
    let answer = acting.call("PATCH", &at(room)).json(&change).send().await;
    answer.expect_refusal(400, "invalid_request", &told);
    assert_eq!(&acting.get(&at(room)).expect(200).await.json(), room);
}

/// `room` with these members in place of its own.
fn with(room: &Value, changes: &Value) -> Value {
    let mut room = room.clone();
    room.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    room
}

async fn events(server: &Server) -> usize {
    server.database.events("room.updated").await.len() + server.database.events("room.renamed").await.len()
}

on_both! {
    async fn each_field_alone(server: Server) {
        let (_, acting) = ready(&server).await;
        let body = json!({ "configuration": { "everyone_can_mute": true, "can_publish_sources": ["camera"] } });
        let mut room = acting.post(ROOMS).json(&body).expect(201).await.json();
        let longest = "é".repeat(500);
        for (sent, stored) in [
            (json!({ "name": "  Planning \t" }), json!({ "name": "Planning" })),
            (json!({ "name": longest }), json!({ "name": longest })),
            (json!({ "name": 42 }), json!({ "name": "42" })),
            (json!({ "access_level": "restricted" }), json!({ "access_level": "restricted" })),
            (json!({ "access_level": "trusted" }), json!({ "access_level": "trusted" })),
            // As a whole: what is not in it is gone.
            (json!({ "configuration": { "everyone_can_mute": "no" } }), json!({ "configuration": { "everyone_can_mute": false } })),
            (json!({ "configuration": { "can_publish_sources": [] } }), json!({ "configuration": { "can_publish_sources": [] } })),
            (json!({ "configuration": {} }), json!({ "configuration": {} })),
            (json!({ "external_id": " event-1 " }), json!({ "external_id": "event-1" })),
            (json!({ "external_id": 2 }), json!({ "external_id": "2" })),
            (json!({ "name": "Both", "external_id": "event-1" }), json!({ "name": "Both", "external_id": "event-1" })),
        ] {
            server.clock.advance(Duration::from_secs(1));
            let after = patched(&acting, &room, sent).await;
            assert_eq!(after, with(&room, &stored));
            room = after;
            let now = server.clock.now().as_micros();
            assert_eq!(server.database.number("SELECT updated_at FROM room", []).await, now);
        }
        let after = patched(&acting, &room, json!({ "external_id": null })).await;
        room.as_object_mut().unwrap().remove("external_id");
        assert_eq!(after, room);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_external_id", []).await, 0);
        assert_eq!(events(&server).await, 12);
    }

    async fn what_changes_nothing_leaves_no_trace(server: Server) {
        let (_, acting) = ready(&server).await;
        let body = json!({ "external_id": "event-1", "configuration": { "everyone_can_mute": true } });
        let room = acting.post(ROOMS).json(&body).expect(201).await.json();
        server.clock.advance(Duration::from_secs(1));
        for change in [
            json!({}),
            json!({ "name": room["name"] }),
            json!({ "access_level": "trusted", "external_id": "event-1" }),
            json!({ "configuration": { "everyone_can_mute": "yes" } }),
            // The address is not the caller's to choose, and other members mean nothing.
            json!({ "id": "0190b0de-0000-7000-8000-000000000000", "slug": "abc-defg-hij", "url": "https://example.org/" }),
            json!({ "slug": 5, "pin_code": null, "anything": {}, "deleted_at": 1, "Name": "x" }),
        ] {
            assert_eq!(patched(&acting, &room, change).await, room);
        }
        let answer = acting.call("PATCH", &at(&room)).expect(200).await;
        assert_eq!(answer.json(), room);
        assert_eq!(events(&server).await, 0);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room WHERE updated_at = created_at", []).await, 1);
    }

    async fn the_name_makes_no_address(server: Server) {
        let (_, acting) = ready(&server).await;
        let (room, other) = (acting.post(ROOMS).expect(201).await.json(), acting.post(ROOMS).expect(201).await.json());
        // Not even a name that is another room's address.
        let after = patched(&acting, &room, json!({ "name": other["slug"] })).await;
        assert_eq!(after, with(&room, &json!({ "name": other["slug"] })));
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_slug", []).await, 2);
    }

    async fn all_wrong_fields_at_once(server: Server) {
        let (_, acting) = ready(&server).await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let name = "A name has between 1 and 500 characters.";
        let change = json!({
            "name": "é".repeat(501), "access_level": "x", "configuration": null, "external_id": "é".repeat(256),
        });
        let told = json!({
            "name": [name],
            "access_level": ["\"x\" is not a valid choice."],
            "configuration": ["This field may not be null."],
            "external_id": ["Ensure this field has no more than 255 characters."],
        });
        refused(&acting, &room, change, told).await;
        let (null, blank) = ("This field may not be null.", "This field may not be blank.");
        let (text, nul) = ("Not a valid string.", "Null characters are not allowed.");
        for (field, value, message) in [
            ("name", json!(null), null),
            ("name", json!(" "), blank),
            ("name", json!(true), text),
            ("name", json!(["x"]), text),
            ("name", json!("a\0b"), nul),
            ("access_level", json!(null), null),
            ("access_level", json!(""), "\"\" is not a valid choice."),
            ("access_level", json!("public"), "Public rooms are disabled for the external API."),
            ("external_id", json!(""), blank),
            ("external_id", json!({}), text),
            ("external_id", json!(false), text),
            ("external_id", json!("\0"), nul),
        ] {
            // One wrong field, and the right one beside it is not taken.
            let mut change = json!({ "name": "Taken", "access_level": "restricted" });
            change[field] = value;
            let mut told = json!({});
            told[field] = json!([message]);
            refused(&acting, &room, change, told).await;
        }
        let change = json!({ "configuration": { "x": 1, "everyone_can_mute": "maybe" } });
        let answer = acting.call("PATCH", &at(&room)).json(&change).expect(400).await;
        let kinds: Vec<_> = answer.json()["configuration"].as_array().unwrap().iter().map(|told| told["type"].clone()).collect();
        assert_eq!(kinds, ["bool_parsing", "extra_forbidden"]);
        assert_eq!(events(&server).await, 0);
    }

    async fn public_where_it_is_allowed_or_was_so_before(database: Database) {
        let server = database.serve().await;
        let (_, acting) = ready(&server).await;
        let settings = [("server.public_url", server.public_url()), ("rooms.api_allow_public", "true")];
        let open = database.serve_with(&settings).await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let public = json!({ "access_level": "public" });
        let told = json!({ "access_level": ["Public rooms are disabled for the external API."] });
        refused(&acting, &room, public.clone(), told.clone()).await;
        let room = patched(&acting.at(open.address()), &room, public.clone()).await;
        assert_eq!(room["access_level"], "public");
        // A whole form that is sent back with another name does not stumble over what the room is already.
        let room = patched(&acting, &room, json!({ "access_level": "public", "name": "Town hall" })).await;
        assert_eq!((&room["access_level"], &room["name"]), (&json!("public"), &json!("Town hall")));
        let room = patched(&acting, &room, json!({ "access_level": "trusted" })).await;
        refused(&acting, &room, public, told).await;
    }

    async fn multipart_forms(server: Server) {
        let (_, acting) = ready(&server).await;
        let room = acting.post(ROOMS).json(&json!({ "external_id": "event-1" })).expect(201).await.json();
        let send = |fields: &[(&str, &str)]| acting.call("PATCH", &at(&room)).multipart(fields).send();
        let fields = [("name", " Planning "), ("access_level", "restricted"), ("configuration", r#"{"everyone_can_mute": 1}"#)];
        let after = send(&fields).await.expect(200).json();
        let changes = json!({ "name": "Planning", "access_level": "restricted", "configuration": { "everyone_can_mute": true } });
        assert_eq!(after, with(&room, &changes));
        // An empty choice is none; an empty key is none any more.
        let after = send(&[("access_level", ""), ("external_id", "")]).await.expect(200).json();
        assert_eq!((&after["access_level"], &after["external_id"]), (&json!("restricted"), &Value::Null));
        let told = json!({ "name": ["This field may not be blank."], "configuration": ["Value must be valid JSON."] });
        let answer = send(&[("name", ""), ("configuration", "")]).await;
        answer.expect_refusal(400, "invalid_request", &told);
    }

    async fn events_say_what_changed(server: Server) {
        let (application, _) = ready(&server).await;
        let token = application.token_for(ADA).await;
        let acting = server.anonymous().with_token(&token);
        let room = acting.post(ROOMS).expect(201).await.json();
        for change in [
            json!({ "name": "Secret merger" }),
            json!({
                "name": "Merger", "external_id": "case-7", "access_level": "restricted",
                "configuration": { "everyone_can_mute": false },
            }),
            json!({ "access_level": "trusted" }),
            json!({ "external_id": null }),
        ] {
            server.clock.advance(Duration::from_secs(1));
            patched(&acting, &room, change).await;
        }

        let renamed = server.database.events("room.renamed").await;
        let updated = server.database.events("room.updated").await;
        assert_eq!((renamed.len(), updated.len()), (1, 3));
        let id = |value: &Value| Some(value.as_str().unwrap().parse().unwrap());
        for event in renamed.iter().chain(&updated) {
            assert_eq!((event.actor_kind.as_str(), event.actor_id), ("application", Some(application.id.as_uuid())));
            assert_eq!(event.application_id, event.actor_id);
            assert_eq!((event.on_behalf_of, event.jti), (id(&claims(&token)["sub"]), id(&claims(&token)["jti"])));
            assert_eq!(event.room_id, id(&room["id"]));
        }
        // Never a name or a key: they are people's own words.
        assert_eq!(renamed[0].details(), Value::Null);
        assert_eq!(
            updated[0].details(),
            json!({
                "changed": ["name", "external_id", "access_level", "configuration"],
                "before": { "access_level": "trusted", "configuration": {} },
                "after": { "access_level": "restricted", "configuration": { "everyone_can_mute": false } },
            })
        );
        assert_eq!(
            updated[1].details(),
            json!({ "changed": ["access_level"], "before": { "access_level": "restricted" }, "after": { "access_level": "trusted" } })
        );
        assert_eq!(updated[2].details(), json!({ "changed": ["external_id"], "before": {}, "after": {} }));
    }

    async fn two_at_once_are_both_kept(server: Server) {
        let (_, acting) = ready(&server).await;
        let second = server.second_instance().await;
        let elsewhere = acting.at(second.address());
        for n in 0..8 {
            let room = acting.post(ROOMS).expect(201).await.json();
            let (name, level) = (json!({ "name": format!("Room {n}") }), json!({ "access_level": "restricted" }));
            let one = acting.call("PATCH", &at(&room)).json(&name).expect(200);
            let two = elsewhere.call("PATCH", &at(&room)).json(&level).expect(200);
            tokio::join!(one, two);
            let after = acting.get(&at(&room)).expect(200).await.json();
            assert_eq!(after, with(&room, &json!({ "name": format!("Room {n}"), "access_level": "restricted" })));
        }
    }

    // Each change starts from what the one before it left: their events form one chain.
    async fn changes_of_one_field_come_one_after_the_other(server: Server) {
        let (_, acting) = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let sending = (0..12).map(|n| {
            let acting = acting.at(if n % 2 == 0 { server.address() } else { elsewhere.address() });
            let sources = ["camera", "microphone", "screen_share", "screen_share_audio"].into_iter().enumerate();
            let sources: Vec<_> = sources.filter(|(bit, _)| n & (1 << bit) != 0).map(|(_, source)| source).collect();
            let change = json!({ "configuration": { "can_publish_sources": sources } });
            tokio::spawn(acting.call("PATCH", &at(&room)).json(&change).expect(200))
        });
        for sent in sending.collect::<Vec<_>>() {
            sent.await.unwrap();
        }
        let mut changes: Vec<_> = server.database.events("room.updated").await.iter().map(crate::harness::Event::details).collect();
        let mut configuration = json!({});
        while !changes.is_empty() {
            let next = changes.iter().position(|change| change["before"]["configuration"] == configuration);
            let next = next.unwrap_or_else(|| panic!("nothing follows {configuration}: {changes:?}"));
            configuration = changes.remove(next)["after"]["configuration"].clone();
        }
        assert_eq!(acting.get(&at(&room)).expect(200).await.json()["configuration"], configuration);
    }
}
