//! `Idempotency-Key`: a request that comes again gets the answer of the first.

use std::time::Duration;

use parloir::audit::Actor;
use parloir::base::TokenId;
use serde_json::{Value, json};

use crate::harness::forger::claims;
use crate::harness::{Answer, Application, Client, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";
const DAY: Duration = Duration::from_hours(24);

async fn application(server: &Server) -> Application {
    server.application("rooms:create rooms:list rooms:update", &["example.org"]).await
}

async fn ready(server: &Server) -> (Application, Client) {
    server.account(ADA).await;
    server.account(GRACE).await;
    let application = application(server).await;
    let acting = application.acting_for(ADA).await;
    (application, acting)
}

async fn make(acting: &Client, key: &str, body: &Value) -> Answer {
    acting.post(ROOMS).header("idempotency-key", key).json(body).send().await
}

async fn rooms(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM room", []).await
}

async fn kept(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM idempotency", []).await
}

#[track_caller]
fn assert_first(answer: Answer) -> Answer {
    let answer = answer.expect(201);
    assert_eq!(answer.header("idempotency-replayed"), "", "{answer}");
    answer
}

/// The answer is that of the first request, byte by byte.
#[track_caller]
fn assert_replayed(answer: Answer, first: &Answer) {
    let answer = answer.expect(201);
    assert_eq!(answer.header("idempotency-replayed"), "true", "{answer}");
    assert_eq!((answer.text(), answer.header("location")), (first.text(), first.header("location")));
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("allow"), "GET, POST, HEAD, OPTIONS");
}

on_both! {
    async fn the_same_answer_again(server: Server) {
        let (application, acting) = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let body = json!({ "access_level": "restricted", "external_id": "event-1", "configuration": { "everyone_can_mute": true } });
        let key = "8e03978e-40d5-43dd-bc93-6894a57f9324";
        let first = assert_first(make(&acting, key, &body).await);
        assert_replayed(make(&acting, key, &body).await, &first);
        // On another instance, with another token, quoted (as the draft writes it), at the other slash form.
        assert_replayed(make(&acting.at(elsewhere.address()), key, &body).await, &first);
        assert_replayed(make(&application.acting_for(ADA).await, key, &body).await, &first);
        assert_replayed(make(&acting, &format!("\"{key}\""), &body).await, &first);
        let bare = acting.post("/external-api/v1.0/rooms").header("idempotency-key", key).json(&body).send().await;
        assert_replayed(bare, &first);
        // What was answered then, whatever became of the room.
        let path = format!("{ROOMS}{}/", first.json()["id"].as_str().unwrap());
        acting.call("PATCH", &path).json(&json!({ "name": "Renamed" })).expect(200).await;
        assert_replayed(make(&acting, key, &body).await, &first);
        assert_eq!((rooms(&server).await, kept(&server).await), (1, 1));
        assert_eq!(server.database.events("room.created").await.len(), 1);
        // Another key is another request; without one, each is.
        assert_first(make(&acting, "another", &json!({})).await);
        assert_first(acting.post(ROOMS).send().await);
        assert_first(acting.post(ROOMS).send().await);
        assert_eq!((rooms(&server).await, kept(&server).await), (4, 2));
    }

    async fn what_counts_as_the_same_request(server: Server) {
        let (_, acting) = ready(&server).await;
        let send = |key: &str, content_type: &str, body: &str| {
            acting.post(ROOMS).header("idempotency-key", key).body(content_type, body.to_owned()).send()
        };
        let json_ = "application/json";
        let first = send("order", json_, r#"{"access_level": "trusted", "configuration": {"everyone_can_mute": null, "can_publish_sources": ["camera"]}}"#).await;
        let first = assert_first(first);
        let other = r#"{"configuration":{"can_publish_sources":["camera"],"everyone_can_mute":null},"access_level":"trusted"}"#;
        assert_replayed(send("order", "application/json; charset=utf-8", other).await, &first);
        let first = assert_first(send("empty", json_, "").await);
        for (content_type, body) in [(json_, "{}"), (json_, " {\n} "), ("text/plain", "")] {
            assert_replayed(send("empty", content_type, body).await, &first);
        }
        // A form with another boundary.
        let fields = [("access_level", "restricted"), ("external_id", "event-1")];
        let form = || acting.post(ROOMS).header("idempotency-key", "form").multipart(&fields).send();
        let first = assert_first(form().await);
        assert_replayed(form().await, &first);
        let by_hand = "--x\r\nContent-Disposition: form-data; name=\"external_id\"\r\n\r\nevent-1\r\n\
                       --x\r\nContent-Disposition: form-data; name=\"access_level\"\r\n\r\nrestricted\r\n--x--\r\n";
        assert_replayed(send("form", "multipart/form-data; boundary=x", by_hand).await, &first);
        assert_eq!(rooms(&server).await, 3);
    }

    async fn another_body_is_refused(server: Server) {
        let (_, acting) = ready(&server).await;
        let first = assert_first(make(&acting, "key", &json!({ "access_level": "trusted" })).await);
        let told = json!({ "detail": "This Idempotency-Key was used with a different request." });
        for other in [
            json!({ "access_level": "restricted" }),
            json!({}),
            json!({ "access_level": "trusted", "external_id": null }),
            json!({ "access_level": "trusted", "unknown": 1 }),
            json!({ "access_level": "nobody" }),
        ] {
            make(&acting, "key", &other).await.expect_refusal(422, "idempotency_key_reused", &told);
        }
        assert_replayed(make(&acting, "key", &json!({ "access_level": "trusted" })).await, &first);
        assert_eq!((rooms(&server).await, kept(&server).await), (1, 1));
    }

    async fn each_application_and_person_has_keys_of_its_own(server: Server) {
        let (one, acting) = ready(&server).await;
        let other = application(&server).await;
        let body = json!({ "access_level": "trusted" });
        let mut ids = std::collections::BTreeSet::new();
        for acting in [&acting, &one.acting_for(GRACE).await, &other.acting_for(ADA).await, &other.acting_for(GRACE).await] {
            let first = assert_first(make(acting, "1", &body).await);
            assert_replayed(make(acting, "1", &body).await, &first);
            ids.insert(first.json()["id"].to_string());
        }
        assert_eq!((ids.len(), rooms(&server).await, kept(&server).await), (4, 4, 4));
        // Another body under somebody else's key is no clash.
        assert_first(make(&acting, "2", &json!({})).await);
        assert_first(make(&one.acting_for(GRACE).await, "2", &body).await);
    }

    async fn after_a_day_it_is_forgotten(server: Server) {
        let (application, acting) = ready(&server).await;
        let first = assert_first(make(&acting, "key", &json!({})).await);
        let second = assert_first(make(&acting, "other", &json!({})).await);
        server.clock.advance(DAY.saturating_sub(Duration::from_micros(1)));
        assert_replayed(make(&application.acting_for(ADA).await, "key", &json!({})).await, &first);
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(kept(&server).await, 2);
        server.clock.advance(Duration::from_micros(1));
        let acting = application.acting_for(ADA).await;
        // Also before anybody has cleaned up, and for another body.
        let again = assert_first(make(&acting, "key", &json!({ "access_level": "restricted" })).await);
        assert_ne!(again.json()["id"], first.json()["id"]);
        assert_replayed(make(&acting, "key", &json!({ "access_level": "restricted" })).await, &again);
        assert_eq!(kept(&server).await, 2);
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(kept(&server).await, 1);
        assert_ne!(assert_first(make(&acting, "other", &json!({})).await).json()["id"], second.json()["id"]);
        assert_eq!(rooms(&server).await, 4);
    }

    async fn keys_that_can_be_none(server: Server) {
        let (_, acting) = ready(&server).await;
        let told = json!({ "detail": "Idempotency-Key must be 1 to 255 visible ASCII characters." });
        for key in ["", "  ", "\"\"", "a b", "\"a b\"", "a\tb", "é", &"k".repeat(256), &format!("\"{}\"", "k".repeat(256))] {
            make(&acting, key, &json!({})).await.expect_refusal(400, "invalid_request", &told);
        }
        let twice = acting.post(ROOMS).header("idempotency-key", "a").header("idempotency-key", "a").send().await;
        twice.expect_refusal(400, "invalid_request", &told);
        // Before the body is looked at.
        make(&acting, "", &json!([])).await.expect_refusal(400, "invalid_request", &told);
        assert_eq!((rooms(&server).await, kept(&server).await), (0, 0));
        for key in ["k", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", &"k".repeat(255), &format!("\"{}\"", "~".repeat(255))] {
            let first = assert_first(make(&acting, key, &json!({})).await);
            assert_replayed(make(&acting, key, &json!({})).await, &first);
        }
        // Keys are told apart by case.
        assert_first(make(&acting, "K", &json!({})).await);
        // Calls that may be repeated anyway take no notice of one.
        acting.get(ROOMS).header("idempotency-key", "").expect(200).await;
    }

    async fn what_was_refused_may_be_corrected(server: Server) {
        let (application, acting) = ready(&server).await;
        assert_first(acting.post(ROOMS).json(&json!({ "external_id": "event-1" })).send().await);
        make(&acting, "key", &json!({ "access_level": "x" })).await.expect(400);
        acting.post(ROOMS).header("idempotency-key", "key").body("application/json", "{").expect(400).await;
        acting.post(ROOMS).header("idempotency-key", "key").body("text/plain", "x").expect(415).await;
        assert_eq!(make(&acting, "key", &json!({ "external_id": "event-1" })).await.expect(409).code(), "external_id_taken");
        let sql = "UPDATE application SET scopes = $1 WHERE id = $2";
        server.database.execute(sql, ["rooms:list".into(), application.id.into()]).await;
        make(&acting, "key", &json!({ "external_id": "event-2" })).await.expect(403);
        assert_eq!((rooms(&server).await, kept(&server).await), (1, 0), "a refused request left something");
        server.database.execute(sql, ["rooms:list rooms:create".into(), application.id.into()]).await;
        let first = assert_first(make(&acting, "key", &json!({ "external_id": "event-2" })).await);
        assert_replayed(make(&acting, "key", &json!({ "external_id": "event-2" })).await, &first);
    }

    async fn nobody_gets_an_answer_again_who_may_not_ask_any_more(server: Server) {
        let (application, _) = ready(&server).await;
        let token = application.token_for(ADA).await;
        let acting = server.anonymous().with_token(&token);
        let first = assert_first(make(&acting, "key", &json!({})).await);
        let again = async || make(&acting, "key", &json!({})).await;

        server.applications.set_active(&application.client_id, false, Actor::Operator).await.unwrap();
        assert_eq!(again().await.expect(401).code(), "application_inactive");
        server.applications.set_active(&application.client_id, true, Actor::Operator).await.unwrap();
        let scopes = "UPDATE application SET scopes = $1";
        server.database.execute(scopes, ["rooms:list".into()]).await;
        assert_eq!(again().await.expect(403).code(), "insufficient_scope");
        server.database.execute(scopes, ["rooms:create".into()]).await;
        let domains = "UPDATE application_domain SET domain = $1";
        server.database.execute(domains, ["example.net".into()]).await;
        assert_eq!(again().await.expect(403).code(), "domain_not_allowed");
        server.database.execute(domains, ["example.org".into()]).await;
        server.accounts.set_enabled(&ADA.parse().unwrap(), false, Actor::Operator).await.unwrap();
        assert_eq!(again().await.expect(401).code(), "account_disabled");
        server.accounts.set_enabled(&ADA.parse().unwrap(), true, Actor::Operator).await.unwrap();
        assert_replayed(again().await, &first);
        let jti: TokenId = claims(&token)["jti"].as_str().unwrap().parse().unwrap();
        server.delegation.revoke(jti, Actor::Operator).await.unwrap();
        assert_eq!(again().await.expect(401).code(), "token_revoked");
        server.clock.advance(Duration::from_hours(1));
        assert_eq!(again().await.expect(401).code(), "invalid_token");
    }

    async fn answers_go_with_the_person_or_the_application(server: Server) {
        let (application, acting) = ready(&server).await;
        let other = self::application(&server).await;
        make(&acting, "key", &json!({})).await.expect(201);
        make(&application.acting_for(GRACE).await, "key", &json!({})).await.expect(201);
        make(&other.acting_for(GRACE).await, "key", &json!({})).await.expect(201);
        server.database.execute("DELETE FROM account WHERE email_key = $1", [ADA.into()]).await;
        assert_eq!(kept(&server).await, 2);
        server.database.execute("DELETE FROM application WHERE id = $1", [other.id.into()]).await;
        assert_eq!(kept(&server).await, 1);
    }
}
