//! `external_id`: an application's own key of a room.

use serde_json::{Value, json};

use crate::harness::{Answer, Application, Client, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";
const SCOPES: &str = "rooms:list rooms:create rooms:retrieve rooms:update";

async fn application(server: &Server) -> Application {
    server.application(SCOPES, &["example.org"]).await
}

async fn ready(server: &Server) -> (Application, Client) {
    server.account(ADA).await;
    server.account(GRACE).await;
    let application = application(server).await;
    let acting = application.acting_for(ADA).await;
    (application, acting)
}

fn at(room: &Value) -> String {
    format!("{ROOMS}{}/", room["id"].as_str().unwrap())
}

async fn make(acting: &Client, external_id: &str) -> Answer {
    acting.post(ROOMS).json(&json!({ "external_id": external_id })).send().await
}

fn assert_taken(answer: Answer) {
    let told = json!({ "detail": "Another room of this application has this external_id." });
    answer.expect_refusal(409, "external_id_taken", &told);
}

/// Rows of all that a room is made of, and of the trail.
async fn rows(server: &Server) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in ["room", "room_slug", "room_access", "room_external_id", "audit_event"] {
        counts.push(server.database.number(&format!("SELECT COUNT(*) FROM {table}"), []).await);
    }
    counts
}

on_both! {
    async fn it_comes_back_as_it_was_sent(server: Server) {
        let (_, acting) = ready(&server).await;
        let longest = "é".repeat(255);
        for (sent, kept) in [
            (json!("event-1"), "event-1"),
            (json!("Event-1"), "Event-1"),
            (json!("  a b\n"), "a b"),
            (json!(4711), "4711"),
            (json!("🐈/?&=%00"), "🐈/?&=%00"),
            (json!(longest), &longest),
        ] {
            let room = acting.post(ROOMS).json(&json!({ "external_id": sent })).expect(201).await.json();
            assert_eq!(room["external_id"], kept);
            assert_eq!(acting.get(&at(&room)).expect(200).await.json(), room);
            let keys: Vec<_> = room.as_object().unwrap().keys().cloned().collect();
            assert_eq!(keys, ["id", "name", "slug", "access_level", "configuration", "url", "external_id"]);
        }
        for body in [json!({ "external_id": null }), json!({})] {
            let room = acting.post(ROOMS).json(&body).expect(201).await.json();
            assert!(!room.as_object().unwrap().contains_key("external_id"), "{room}");
        }
        let room = acting.post(ROOMS).multipart(&[("external_id", "")]).expect(201).await.json();
        assert!(!room.as_object().unwrap().contains_key("external_id"), "{room}");
        let before = rows(&server).await;
        for (wrong, message) in [
            (json!(""), "This field may not be blank."),
            (json!(" \t"), "This field may not be blank."),
            (json!(true), "Not a valid string."),
            (json!(["x"]), "Not a valid string."),
            (json!("a\0"), "Null characters are not allowed."),
            (json!("é".repeat(256)), "Ensure this field has no more than 255 characters."),
        ] {
            let answer = acting.post(ROOMS).json(&json!({ "external_id": wrong })).send().await;
            answer.expect_refusal(400, "invalid_request", &json!({ "external_id": [message] }));
        }
        assert_eq!(rows(&server).await, before);
    }

    async fn taken_when_a_room_is_made(server: Server) {
        let (application, acting) = ready(&server).await;
        make(&acting, "event-1").await.expect(201);
        let for_grace = application.acting_for(GRACE).await;
        let before = rows(&server).await;
        assert_taken(make(&acting, "event-1").await);
        // Unique among all rooms of the application, whoever owns them; what is compared is the trimmed text.
        assert_taken(make(&for_grace, " event-1").await);
        assert_eq!(rows(&server).await, before, "a refused room left something");
        make(&for_grace, "event-2").await.expect(201);
    }

    async fn taken_when_a_room_is_changed(server: Server) {
        let (_, acting) = ready(&server).await;
        let one = make(&acting, "event-1").await.expect(201).json();
        let two = make(&acting, "event-2").await.expect(201).json();
        let before = rows(&server).await;
        let change = json!({ "external_id": "event-1", "name": "Half", "access_level": "restricted" });
        assert_taken(acting.call("PATCH", &at(&two)).json(&change).send().await);
        // Nothing of the change was kept: neither the other fields, nor that the former key went.
        assert_eq!(acting.get(&at(&two)).expect(200).await.json(), two);
        assert_eq!(rows(&server).await, before);
        // Once the other room has given it up, it can be had.
        acting.call("PATCH", &at(&one)).json(&json!({ "external_id": "event-3" })).expect(200).await;
        assert_eq!(acting.call("PATCH", &at(&two)).json(&change).expect(200).await.json()["external_id"], "event-1");
    }

    async fn each_application_has_its_own(server: Server) {
        let (_, acting) = ready(&server).await;
        let other = application(&server).await.acting_for(ADA).await;
        let room = make(&acting, "event-1").await.expect(201).json();
        make(&other, "event-1").await.expect(201);
        // The room of the first as the other sees it: without a key, until it gives its own.
        let seen = other.get(&at(&room)).expect(200).await.json();
        assert!(!seen.as_object().unwrap().contains_key("external_id"), "{seen}");
        let named = other.call("PATCH", &at(&room)).json(&json!({ "external_id": "case-7" })).expect(200).await.json();
        assert_eq!((&named["external_id"], &named["id"]), (&json!("case-7"), &room["id"]));
        assert_eq!(acting.get(&at(&room)).expect(200).await.json()["external_id"], "event-1");
        let list = |page: Value| -> Vec<Value> {
            page["results"].as_array().unwrap().iter().map(|room| room["external_id"].clone()).collect()
        };
        let (mine, others) = (list(acting.get(ROOMS).expect(200).await.json()), list(other.get(ROOMS).expect(200).await.json()));
        assert_eq!((mine.len(), mine.iter().filter(|id| id.is_null()).count()), (2, 1));
        assert_eq!((others.len(), others.iter().filter(|id| id.is_null()).count()), (2, 0));
        // What one takes away, the other keeps.
        acting.call("PATCH", &at(&room)).json(&json!({ "external_id": null })).expect(200).await;
        assert_eq!(other.get(&at(&room)).expect(200).await.json()["external_id"], "case-7");
    }

    async fn an_application_that_is_removed_takes_its_keys_with_it(server: Server) {
        let (application, acting) = ready(&server).await;
        let other = self::application(&server).await.acting_for(ADA).await;
        let room = make(&acting, "event-1").await.expect(201).json();
        server.database.execute("DELETE FROM application WHERE id = $1", [application.id.into()]).await;
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_external_id", []).await, 0);
        other.get(&at(&room)).expect(200).await;
    }

    async fn many_at_once_and_one_gets_it(server: Server) {
        let (_, acting) = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let rooms = [acting.post(ROOMS).expect(201).await.json(), acting.post(ROOMS).expect(201).await.json()];
        let body = json!({ "external_id": "event-1" });
        let asking = (0..12).map(|n| {
            let acting = acting.at(if n % 2 == 0 { server.address() } else { elsewhere.address() });
            let call = if n % 3 == 0 { acting.call("PATCH", &at(&rooms[n % 2])) } else { acting.post(ROOMS) };
            let call = call.json(&body);
            tokio::spawn(async move { call.send().await })
        });
        let mut winners = std::collections::BTreeSet::new();
        for asked in asking.collect::<Vec<_>>() {
            let answer = asked.await.unwrap();
            if answer.status < 300 {
                winners.insert(answer.json()["id"].to_string());
            } else {
                assert_taken(answer);
            }
        }
        assert_eq!(winners.len(), 1);
        let found = acting.get(&format!("{ROOMS}?external_id=event-1")).expect(200).await.json();
        assert_eq!((&found["count"], &found["results"][0]["id"].to_string()), (&json!(1), winners.first().unwrap()));
    }
}
