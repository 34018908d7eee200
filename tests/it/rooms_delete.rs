//! `DELETE /external-api/v1.0/rooms/{id}/`: unknown from then on, and what stays all the same.

use std::time::Duration;

use parloir::audit::Actor;
use parloir::base::{Caller, Random, Via};
use parloir::rooms::{AccessLevel, Configuration, NewRoom, Rooms};
use serde_json::{Value, json};

use crate::harness::forger::claims;
use crate::harness::{Application, Client, PASSWORD, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const SCOPES: &str = "rooms:list rooms:create rooms:retrieve rooms:update rooms:delete";

async fn ready(server: &Server) -> (Application, Client) {
    server.new_account(ADA, false, Some(PASSWORD)).await;
    let application = server.application(SCOPES, &["example.org"]).await;
    let acting = application.acting_for(ADA).await;
    (application, acting)
}

fn at(room: &Value) -> String {
    format!("{ROOMS}{}/", room["id"].as_str().unwrap())
}

on_both! {
    async fn it_is_gone_and_its_row_stays(server: Server) {
        let (_, acting) = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let (room, kept) = (acting.post(ROOMS).expect(201).await.json(), acting.post(ROOMS).expect(201).await.json());
        server.clock.advance(Duration::from_secs(5));
        let answer = acting.call("DELETE", &at(&room)).expect(204).await;
        assert!(answer.is_empty());
        assert_eq!((answer.header("content-type"), answer.header("allow")), ("", "GET, PATCH, DELETE, HEAD, OPTIONS"));
        let deleted_at = server.clock.now().as_micros();
        let told = json!({ "detail": "No Room matches the given query." });
        for acting in [&acting, &acting.at(elsewhere.address())] {
            for method in ["GET", "PATCH", "DELETE"] {
                server.clock.advance(Duration::from_secs(1));
                let answer = acting.call(method, &at(&room)).json(&json!({ "name": "" })).send().await;
                answer.expect_refusal(404, "room_not_found", &told);
            }
            let page = acting.get(ROOMS).expect(200).await.json();
            assert_eq!((&page["count"], &page["results"]), (&json!(1), &json!([kept])));
        }
        let sql = "SELECT COUNT(*) FROM room WHERE deleted_at = $1 AND updated_at = $1 AND name = $2";
        let name = room["name"].as_str().unwrap();
        assert_eq!(server.database.number(sql, [deleted_at.into(), name.into()]).await, 1);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room WHERE deleted_at IS NULL", []).await, 1);
    }

    async fn its_addresses_stay_taken(server: Server) {
        let account = server.account(ADA).await;
        let caller = Caller { person: account.id, application: None, scopes: None, via: Via::Session, entitlement: None };
        let request = parloir::base::ClientRequest::local("");
        let mut slugs = Vec::new();
        for _ in 0..2 {
            // The same dice each time: both rooms are offered the same address.
            let (store, clock, audit) = (server.store.clone(), server.clock.clone(), server.audit.clone());
            let (public_url, settings) = (server.rooms.public_url().clone(), server.config.rooms.clone());
            let rooms = Rooms::new(store, clock, Random::seeded(1), audit, public_url, settings);
            let new = NewRoom {
                name: None,
                access_level: AccessLevel::Trusted,
                configuration: Configuration::default(),
                external_id: None,
            };
            let by = server.entitlements.may_create(&caller).await.unwrap();
            let room = rooms.create(new, by, &request, None).await.unwrap();
            rooms.delete(room.id, &caller, &request).await.unwrap();
            slugs.push(room.slug);
            server.clock.advance(Duration::from_secs(1));
        }
        assert_ne!(slugs[0], slugs[1]);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_slug", []).await, 2);
    }

    async fn its_page_is_gone(server: Server) {
        let (_, acting) = ready(&server).await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let page = format!("/rooms/{}", room["slug"].as_str().unwrap());
        let (ada, stranger) = (server.sign_in(ADA).await, server.anonymous());
        assert!(ada.get("/rooms").expect(200).await.text().contains(&page));
        ada.get(&page).expect(200).await;
        acting.call("DELETE", &at(&room)).expect(204).await;
        ada.get(&page).expect(404).await;
        stranger.get(&page).expect(404).await;
        assert!(!ada.get("/rooms").expect(200).await.text().contains(&page));
    }

    async fn its_external_id_is_free_again(server: Server) {
        let (application, acting) = ready(&server).await;
        let other = server.application(SCOPES, &["example.org"]).await.acting_for(ADA).await;
        let body = json!({ "external_id": "event-1" });
        let room = acting.post(ROOMS).json(&body).expect(201).await.json();
        // What another application calls it goes as well.
        other.call("PATCH", &at(&room)).json(&json!({ "external_id": "mine" })).expect(200).await;
        other.call("DELETE", &at(&room)).expect(204).await;
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_external_id", []).await, 0);
        let again = acting.post(ROOMS).json(&body).expect(201).await.json();
        assert_ne!(again["id"], room["id"]);
        other.call("PATCH", &at(&again)).json(&json!({ "external_id": "mine" })).expect(200).await;
        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        let found = other.get(&format!("{ROOMS}?external_id=mine")).expect(200).await.json();
        assert_eq!(found["results"][0]["id"], again["id"]);
    }

    async fn one_event_with_who_did_it_for_whom(server: Server) {
        let (application, _) = ready(&server).await;
        let token = application.token_for(ADA).await;
        let acting = server.anonymous().with_token(&token);
        let room = acting.post(ROOMS).expect(201).await.json();
        for status in [204, 404, 404] {
            acting.call("DELETE", &at(&room)).expect(status).await;
        }
        let events = server.database.events("room.deleted").await;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        let id = |value: &Value| Some(value.as_str().unwrap().parse().unwrap());
        assert_eq!((event.actor_kind.as_str(), event.actor_id), ("application", Some(application.id.as_uuid())));
        assert_eq!(event.application_id, event.actor_id);
        assert_eq!((event.on_behalf_of, event.jti), (id(&claims(&token)["sub"]), id(&claims(&token)["jti"])));
        assert_eq!((event.room_id, event.details()), (id(&room["id"]), Value::Null));
    }

    async fn many_at_once_delete_it_once(server: Server) {
        let (_, acting) = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let room = acting.post(ROOMS).expect(201).await.json();
        let deleting = (0..10).map(|n| {
            let acting = acting.at(if n % 2 == 0 { server.address() } else { elsewhere.address() });
            let call = acting.call("DELETE", &at(&room));
            tokio::spawn(async move { call.send().await.status })
        });
        let mut statuses = Vec::new();
        for deleted in deleting.collect::<Vec<_>>() {
            statuses.push(deleted.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 404, 404, 404, 404, 404, 404, 404, 404, 404]);
        assert_eq!(server.database.events("room.deleted").await.len(), 1);
    }
}
