//! The trail: one event for each action, with what it concerns; refusals counted; nothing changes without its event.

use std::time::Duration;

use parloir::applications::Overlap;
use parloir::audit::{Action, Actor, Event, Filter};
use parloir::base::{Caller, ClientRequest, EmailAddress, Secret, Timestamp, Via};
use sea_orm::FromQueryResult;
use sea_orm::entity::prelude::Uuid;
use serde_json::{Value, json};

use crate::harness::{Answer, Database, START, Server, TOKEN, on_both};
use crate::process::Installation;

const EMAIL: &str = "ada@example.org";
const ROOMS: &str = "/external-api/v1.0/rooms/";
const MINUTE: Duration = Duration::from_mins(1);

/// A row of the trail, without its id.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
struct Row {
    at: i64,
    action: String,
    actor_kind: String,
    actor_id: Option<Uuid>,
    on_behalf_of: Option<Uuid>,
    application_id: Option<Uuid>,
    jti: Option<Uuid>,
    room_id: Option<Uuid>,
    address: Option<String>,
    request_id: Option<String>,
    details: Option<String>,
    occurrences: i64,
}

impl Row {
    /// What an event of that kind looks like when nothing else is said.
    fn of(action: &str, actor_kind: &str, actor_id: Option<Uuid>) -> Self {
        Self {
            at: 0,
            action: action.to_owned(),
            actor_kind: actor_kind.to_owned(),
            actor_id,
            on_behalf_of: None,
            application_id: None,
            jti: None,
            room_id: None,
            address: None,
            request_id: None,
            details: None,
            occurrences: 1,
        }
    }

    /// That it came with the request that was answered so.
    fn with(self, answer: &Answer) -> Self {
        Self {
            address: Some("127.0.0.1".to_owned()),
            request_id: Some(answer.header("x-request-id").to_owned()),
            ..self
        }
    }
}

async fn trail(database: &Database) -> Vec<Row> {
    let columns = "at, action, actor_kind, actor_id, on_behalf_of, application_id, jti, room_id, address, request_id, details, occurrences";
    database.all(&format!("SELECT {columns} FROM audit_event ORDER BY at, id"), []).await
}

/// The rows that came since the last look, which follows by a second. Each says when it was.
async fn news(server: &Server, seen: &mut usize) -> Vec<Row> {
    let rows = trail(&server.database).await;
    let new = rows[*seen..].to_vec();
    *seen = rows.len();
    let now = server.clock.now().as_micros();
    assert!(new.iter().all(|row| row.at == now), "{new:?}");
    server.clock.advance(Duration::from_secs(1));
    new.into_iter().map(|row| Row { at: 0, details: None, ..row }).collect()
}

fn email() -> EmailAddress {
    EMAIL.parse().unwrap()
}

on_both! {
    async fn each_action_has_one_event(server: Server) {
        let mut seen = 0;
        let ada = server.new_account(EMAIL, false, Some("correct horse battery staple")).await;
        let person = ada.id.as_uuid();
        let by_operator = |action: &str| Row { on_behalf_of: Some(person), ..Row::of(action, "operator", None) };
        assert_eq!(news(&server, &mut seen).await, [by_operator("account.created")]);
        let application = server.application("rooms:create", &["example.org"]).await;
        let third_party = application.id.as_uuid();
        let of_application = |action: &str| Row { application_id: Some(third_party), ..Row::of(action, "operator", None) };
        assert_eq!(news(&server, &mut seen).await, [of_application("application.created")]);

        let answer = application.ask(EMAIL).await.expect(200);
        let token = answer.json()["access_token"].as_str().unwrap().to_owned();
        let claims = jsonwebtoken::dangerous::insecure_decode::<Value>(&token).unwrap().claims;
        let jti = claims["jti"].as_str().unwrap().parse().unwrap();
        let delegated = |action: &str| Row {
            on_behalf_of: Some(person),
            application_id: Some(third_party),
            jti: Some(jti),
            ..Row::of(action, "application", Some(third_party))
        };
        assert_eq!(news(&server, &mut seen).await, [delegated("token.issued").with(&answer)]);
        let answer = server.anonymous().with_token(&token).post(ROOMS).expect(201).await;
        let room: Uuid = answer.json()["id"].as_str().unwrap().parse().unwrap();
        let created = Row { room_id: Some(room), ..delegated("room.created") }.with(&answer);
        assert_eq!(news(&server, &mut seen).await, [created]);
        // Reading leaves no event.
        server.anonymous().with_token(&token).get(ROOMS).expect(403).await;
        assert_eq!(news(&server, &mut seen).await, []);

        let browser = server.anonymous();
        let credentials = json!({ "email": EMAIL, "password": "correct horse battery staple" });
        let answer = browser.post("/auth/login/").json(&credentials).expect(200).await;
        let by_ada = |action: &str| Row { on_behalf_of: Some(person), ..Row::of(action, "person", Some(person)) };
        assert_eq!(news(&server, &mut seen).await, [by_ada("session.started").with(&answer)]);
        let answer = browser.post("/auth/logout/").json(&json!({})).expect(303).await;
        assert_eq!(news(&server, &mut seen).await, [by_ada("session.ended").with(&answer)]);
        browser.post("/auth/logout/").json(&json!({})).expect(303).await;
        assert_eq!(news(&server, &mut seen).await, []);

        let (caller, request) = (
            Caller { person: ada.id, application: None, scopes: None, via: Via::Session, entitlement: None },
            ClientRequest { address: "192.0.2.7".parse().unwrap(), id: "request-1".to_owned(), agent: None },
        );
        let about_room = |action: &str| Row {
            room_id: Some(room),
            address: Some("192.0.2.7".to_owned()),
            request_id: Some("request-1".to_owned()),
            ..by_ada(action)
        };
        let change = parloir::rooms::Change { name: Some("Staff".to_owned()), ..Default::default() };
        server.rooms.update(room.into(), change, &caller, &request).await.unwrap();
        assert_eq!(news(&server, &mut seen).await, [about_room("room.renamed")]);
        server.rooms.delete(room.into(), &caller, &request).await.unwrap();
        assert_eq!(news(&server, &mut seen).await, [about_room("room.deleted")]);
        server.rooms.delete(room.into(), &caller, &request).await.unwrap_err();
        assert_eq!(news(&server, &mut seen).await, []);
    }

    async fn each_change_by_an_operator_has_one_event(server: Server) {
        let ada = server.account(EMAIL).await.id.as_uuid();
        // The last one stays.
        server.new_account("admin@example.org", true, None).await;
        let application = server.application("rooms:create", &["example.org"]).await;
        let (client_id, operator) = (&application.client_id, Actor::Operator);
        let mut seen = trail(&server.database).await.len();
        server.clock.advance(MINUTE);
        let about = |action: &str| Row { on_behalf_of: Some(ada), ..Row::of(action, "operator", None) };
        server.accounts.set_administrator(&email(), true, operator).await.unwrap();
        assert_eq!(news(&server, &mut seen).await, [about("account.role_changed")]);
        server.accounts.set_password(&email(), &Secret::new("a long new password"), operator).await.unwrap();
        assert_eq!(news(&server, &mut seen).await, [about("password.set")]);
        for (enabled, action) in [(false, "account.disabled"), (true, "account.enabled")] {
            server.accounts.set_enabled(&email(), enabled, operator).await.unwrap();
            assert_eq!(news(&server, &mut seen).await, [about(action)]);
        }
        let about = |action: &str| Row { application_id: Some(application.id.as_uuid()), ..Row::of(action, "operator", None) };
        for (active, action) in [(false, "application.disabled"), (true, "application.enabled")] {
            server.applications.set_active(client_id, active, operator).await.unwrap();
            assert_eq!(news(&server, &mut seen).await, [about(action)]);
        }
        server.applications.rotate_secret(client_id, Overlap::For(MINUTE), operator).await.unwrap();
        assert_eq!(news(&server, &mut seen).await, [about("secret.rotated")]);
        // What is refused is no change.
        server.applications.rotate_secret(client_id, Overlap::For(MINUTE), operator).await.unwrap_err();
        server.accounts.set_enabled(&"nobody@example.org".parse().unwrap(), false, operator).await.unwrap_err();
        assert_eq!(news(&server, &mut seen).await, []);
        // Before and after stand in the details.
        let record = server.audit.search(&Filter { limit: Some(500), ..Filter::default() }).await.unwrap().records;
        let disabled = record.iter().find(|record| record.action == "application.disabled").unwrap();
        assert_eq!(disabled.details, Some(json!({ "before": { "active": true }, "after": { "active": false } })));
    }

    // Strangers cannot fill the disk: refusals of one kind, application, address and minute are one row.
    async fn refusals_are_counted_by_the_minute(database: Database) {
        let server = database.serve_with(&[("server.trusted_proxies", "127.0.0.1/32")]).await;
        server.account(EMAIL).await;
        let application = server.application("rooms:create", &["example.org"]).await;
        let ask = async |address: &str, body: &Value, status: u16| {
            let call = server.anonymous().post(TOKEN).header("x-forwarded-for", address);
            call.json(body).expect(status).await;
        };
        let (mut unknown, outside) = (application.body(EMAIL), application.body("ada@elsewhere.example"));
        unknown["client_id"] = json!("prl_ci_0000000000000000000000");
        for _ in 0..5 {
            ask("192.0.2.1", &unknown, 401).await;
        }
        ask("192.0.2.2", &unknown, 401).await;
        for _ in 0..3 {
            ask("192.0.2.1", &outside, 403).await;
        }
        server.clock.advance(MINUTE);
        ask("192.0.2.1", &unknown, 401).await;
        let credentials = json!({ "email": EMAIL, "password": "a wrong long password" });
        for _ in 0..2 {
            let call = server.anonymous().post("/auth/login/").header("x-forwarded-for", "192.0.2.1");
            call.json(&credentials).expect(401).await;
        }
        let rows: Vec<_> = trail(&database).await.into_iter().filter(|row| row.action.ends_with(".refused")).collect();
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.at == START.as_micros(), row.action.as_str(), row.address.as_deref().unwrap(), row.application_id.is_some(), row.occurrences))
            .collect();
        let expected = [
            (true, "token.refused", "192.0.2.1", false, 5),
            (true, "token.refused", "192.0.2.2", false, 1),
            (true, "token.refused", "192.0.2.1", true, 3),
            (false, "token.refused", "192.0.2.1", false, 1),
            (false, "session.refused", "192.0.2.1", false, 2),
        ];
        assert_eq!(told.len(), expected.len(), "{told:?}");
        for row in expected {
            assert!(told.contains(&row), "{row:?} is not in {told:?}");
        }
        assert!(rows.iter().all(|row| row.actor_kind == "anonymous" && row.on_behalf_of.is_none() && row.jti.is_none()));
    }

    async fn refusals_at_once_are_all_counted(server: Server) {
        let other = server.second_instance().await;
        let mut crowd = tokio::task::JoinSet::new();
        for n in 0..60 {
            let client = if n % 2 == 0 { server.anonymous() } else { other.anonymous() };
            let body = json!({ "client_id": "x", "client_secret": "y", "grant_type": "client_credentials", "scope": EMAIL });
            crowd.spawn(async move { client.post(TOKEN).json(&body).expect(401).await });
        }
        crowd.join_all().await;
        let rows = trail(&server.database).await;
        assert_eq!(rows.iter().map(|row| row.occurrences).collect::<Vec<_>>(), [60]);
    }

    // No event, no change: what cannot be told does not happen.
    async fn nothing_changes_without_its_event(server: Server) {
        server.account(EMAIL).await;
        let application = server.application("rooms:create", &["example.org"]).await;
        let ada = application.acting_for(EMAIL).await;
        let counts = async || {
            let mut counts = Vec::new();
            for table in ["account", "application", "application_secret", "room", "room_slug", "room_access", "session"] {
                counts.push(server.database.number(&format!("SELECT COUNT(*) FROM {table}"), []).await);
            }
            counts
        };
        let before = counts().await;
        server.database.execute("ALTER TABLE audit_event RENAME TO hidden", []).await;
        let answer = ada.post(ROOMS).send().await;
        assert_eq!((answer.status, answer.json()), (500, json!({ "detail": "Internal server error." })));
        let answer = application.ask(EMAIL).await;
        assert!(answer.status >= 500 && !answer.text().contains("access_token"), "{answer}");
        server.applications.rotate_secret(&application.client_id, Overlap::None, Actor::Operator).await.unwrap_err();
        server.accounts.set_administrator(&email(), true, Actor::Operator).await.unwrap_err();
        assert_eq!(counts().await, before);
        assert!(!server.accounts.find_by_email(&email().key()).await.unwrap().unwrap().is_administrator());
        server.database.execute("ALTER TABLE hidden RENAME TO audit_event", []).await;
        ada.post(ROOMS).expect(201).await;
        application.ask(EMAIL).await.expect(200);
    }

    async fn what_is_old_is_forgotten(server: Server) {
        for _ in 0..3 {
            for _ in 0..400 {
                server.audit.append(Event::new(Action::AccountUpdated, Actor::Operator)).await.unwrap();
            }
            server.clock.advance(MINUTE);
        }
        let last = server.clock.now().before(MINUTE);
        assert_eq!(server.audit.forget(last).await.unwrap(), 800);
        let left = trail(&server.database).await;
        assert!(left.len() == 400 && left.iter().all(|row| Timestamp::from_micros(row.at) == last));
    }
}

on_both! {
    // `parloir audit`: newest first, filtered, whole however long, in the shape that scripts rely on.
    async fn the_command_shows_the_trail(database: Database) {
        let server = database.serve_with(&[("security.secret_key", &"k".repeat(32))]).await;
        let parloir = Installation::on(database.url());
        let ada = server.account(EMAIL).await;
        server.account("grace@example.org").await;
        let application = server.application("rooms:create", &["example.org"]).await;
        server.clock.advance(Duration::from_hours(24));
        let caller = application.acting_for(EMAIL).await;
        let room = caller.post(ROOMS).expect(201).await.json();
        application.acting_for("grace@example.org").await;

        let rows = |arguments: &[&str]| parloir.json(&[&["audit"], arguments].concat()).as_array().unwrap().clone();
        let all = rows(&[]);
        assert_eq!(all.len(), 6);
        let times: Vec<_> = all.iter().map(|row| row["at"].as_str().unwrap().to_owned()).collect();
        assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
        assert_eq!(times[5], "2026-01-15T12:00:00.000000Z");
        let created = all.iter().find(|row| row["action"] == "room.created").unwrap();
        assert_eq!((&created["room"], &created["on_behalf_of"]), (&room["id"], &json!(ada.id)));
        assert_eq!((&created["application"], &created["actor"]), (&json!(application.client_id), &json!({ "kind": "application", "id": application.id })));
        assert!(created["jti"].is_string() && created["request_id"].is_string() && created["address"] == "127.0.0.1");
        let made = all.iter().find(|row| row["action"] == "account.created").unwrap();
        assert_eq!((&made["actor"], &made["application"]), (&json!({ "kind": "operator" }), &Value::Null));

        let day = "2026-01-16";
        assert_eq!(rows(&["--since", day]).len(), 3);
        assert_eq!(rows(&["--since", "2026-01-16T12:00:00Z"]).len(), 3);
        assert_eq!(rows(&["--since", "2026-01-16T12:00:01Z"]).len(), 0);
        assert_eq!(rows(&["--application", application.client_id.as_str()]).len(), 4);
        assert_eq!(rows(&["--user", "ADA@example.org"]).len(), 3);
        assert_eq!(rows(&["--user", EMAIL, "--application", application.client_id.as_str(), "--since", day]).len(), 2);
        assert_eq!(rows(&["--limit", "2"]), all[..2]);
        assert_eq!(rows(&["--limit", "0"]).len(), 0);
        let words = parloir.run(&["audit", "--limit", "3"]);
        assert!(words.status.success() && words.stdout.lines().count() == 3 && !words.stdout.contains('@'), "{words:?}");

        for _ in 0..1200 {
            server.audit.append(Event::new(Action::AccountUpdated, Actor::Person(ada.id))).await.unwrap();
        }
        let long = rows(&[]);
        let ids: std::collections::BTreeSet<_> = long.iter().map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!((long.len(), ids.len(), rows(&["--limit", "700"]).len()), (1206, 1206, 700));
        assert_eq!(parloir.run(&["audit"]).stdout.lines().count(), 100);
    }
}
