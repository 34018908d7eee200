//! People who never came are removed in time, with what is theirs alone; until then nothing of an account is given to them.

use std::time::Duration;

use parloir::accounts::{AccountError, NewAccount};
use parloir::applications::NewApplication;
use parloir::audit::Actor;
use parloir::base::{EmailAddress, Secret};
use parloir::server::clean;
use serde_json::{Value, json};

use crate::harness::forger::claims;
use crate::harness::{Application, Client, Database, PASSWORD, Server, domains, on_both, scopes};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";
const DAY: Duration = Duration::from_hours(24);
const MICROSECOND: Duration = Duration::from_micros(1);

async fn inviting(server: &Server) -> Application {
    let new = NewApplication {
        name: "Calendar".to_owned(),
        scopes: scopes("rooms:list rooms:retrieve rooms:create"),
        domains: domains(&["example.org"]),
        allow_user_creation: true,
        ..Default::default()
    };
    server.new_application(new).await
}

fn ada() -> EmailAddress {
    ADA.parse().unwrap()
}

async fn make(acting: &Client, external_id: &str) -> Value {
    let call = acting.post(ROOMS).header("idempotency-key", external_id).json(&json!({ "external_id": external_id }));
    call.expect(201).await.json()
}

async fn pending(server: &Server) -> i64 {
    server.database.number("SELECT COUNT(*) FROM account WHERE status = 'pending'", []).await
}

/// Whether the room's row says that it was deleted.
async fn deleted(server: &Server, room: &Value) -> bool {
    let id: uuid::Uuid = room["id"].as_str().unwrap().parse().unwrap();
    let sql = "SELECT COUNT(*) FROM room WHERE id = $1 AND deleted_at IS NOT NULL";
    server.database.number(sql, [id.into()]).await == 1
}

/// Rows that refer to an account which is not there.
async fn dangling(server: &Server) -> i64 {
    let mut rows = 0;
    for (table, column) in [
        ("room_access", "account_id"),
        ("room", "created_by"),
        ("session", "account_id"),
        ("idempotency", "account_id"),
    ] {
        let sql = format!(
            "SELECT COUNT(*) FROM {table} WHERE {column} IS NOT NULL AND {column} NOT IN (SELECT id FROM account)"
        );
        rows += server.database.number(&sql, []).await;
    }
    rows
}

on_both! {
    async fn she_goes_with_the_rooms_that_she_alone_owns(server: Server) {
        let application = inviting(&server).await;
        let grace = server.person(GRACE).await;
        let token = application.token_for(ADA).await;
        let person: uuid::Uuid = claims(&token)["sub"].as_str().unwrap().parse().unwrap();
        let acting = server.anonymous().with_token(&token);
        let (alone, shared, helped) =
            (make(&acting, "alone").await, make(&acting, "shared").await, make(&acting, "helped").await);
        let others = make(&application.acting_for(GRACE).await, "others").await;
        server.give_role(GRACE, shared["id"].as_str().unwrap(), "owner").await;
        // Who may change a room does not own it.
        server.give_role(GRACE, helped["id"].as_str().unwrap(), "administrator").await;
        server.give_role(ADA, others["id"].as_str().unwrap(), "member").await;
        server.clock.advance(90 * DAY + MICROSECOND);
        clean(&server).await.unwrap();

        assert_eq!(server.database.number("SELECT COUNT(*) FROM account", []).await, 1);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room", []).await, 4, "rooms are deleted, not dropped");
        for (room, gone) in [(&alone, true), (&helped, true), (&shared, false), (&others, false)] {
            assert_eq!(deleted(&server, room).await, gone, "{room}");
        }
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_slug", []).await, 4);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_external_id", []).await, 2);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_access", []).await, 3);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room WHERE created_by IS NULL", []).await, 3);
        assert_eq!(dangling(&server).await, 0);
        // What is left is whole for whoever has it.
        let list = application.acting_for(GRACE).await.get(ROOMS).expect(200).await.json();
        assert_eq!(list["count"], 2);
        grace.post("/auth/login/").json(&json!({ "email": GRACE, "password": PASSWORD })).expect(200).await;
        grace.get(&format!("/rooms/{}", shared["slug"].as_str().unwrap())).expect(200).await;
        grace.get(&format!("/rooms/{}", helped["slug"].as_str().unwrap())).expect(404).await;

        let (accounts, rooms) =
            (server.database.events("account.deleted").await, server.database.events("room.deleted").await);
        assert_eq!((accounts.len(), rooms.len()), (1, 2));
        for event in accounts.iter().chain(&rooms) {
            assert_eq!((event.actor_kind.as_str(), event.on_behalf_of), ("operator", Some(person)));
            assert_eq!(event.details(), json!({ "reason": "never came" }));
        }
        let mut told: Vec<_> = rooms.iter().map(|event| event.room_id.unwrap().to_string()).collect();
        told.sort();
        let mut gone = [alone["id"].as_str().unwrap(), helped["id"].as_str().unwrap()];
        gone.sort_unstable();
        assert_eq!(told, gone);
        // A second round finds nothing more to do.
        clean(&server).await.unwrap();
        assert_eq!(server.database.events("room.deleted").await.len(), 2);
    }

    async fn not_before_its_time(server: Server) {
        let application = inviting(&server).await;
        let acting = application.acting_for(ADA).await;
        make(&acting, "event-1").await;
        for span in [89 * DAY, DAY] {
            server.clock.advance(span);
            clean(&server).await.unwrap();
            assert_eq!(pending(&server).await, 1);
        }
        // That her application still asks for her is no coming.
        let again = application.acting_for(ADA).await;
        assert_eq!(again.get(ROOMS).expect(200).await.json()["count"], 1);
        server.clock.advance(MICROSECOND);
        clean(&server).await.unwrap();
        assert_eq!(pending(&server).await, 0);
        let told = json!({ "detail": "User not found." });
        again.get(ROOMS).send().await.expect_refusal(401, "user_not_found", &told);
        // Asked for once more, she is somebody new, with nothing of before.
        let token = application.token_for(ADA).await;
        assert_eq!(server.anonymous().with_token(&token).get(ROOMS).expect(200).await.json()["count"], 0);
        assert_eq!(pending(&server).await, 1);
    }

    async fn as_many_days_as_the_settings_say(database: Database) {
        let server = database.serve_with(&[("delegation.pending_retention_days", "1")]).await;
        let application = inviting(&server).await;
        application.token_for(ADA).await;
        server.clock.advance(DAY);
        clean(&server).await.unwrap();
        assert_eq!(pending(&server).await, 1);
        server.clock.advance(MICROSECOND);
        clean(&server).await.unwrap();
        assert_eq!(pending(&server).await, 0);
    }

    async fn who_came_stays(server: Server) {
        let application = inviting(&server).await;
        let room = make(&application.acting_for(ADA).await, "event-1").await;
        server.account(GRACE).await;
        server.clock.advance(89 * DAY);
        let new = NewAccount { email: ada(), name: None, administrator: false, password: Some(Secret::new(PASSWORD)) };
        server.accounts.create(new, Actor::Operator).await.unwrap();
        server.clock.advance(400 * DAY);
        clean(&server).await.unwrap();
        assert_eq!(server.database.number("SELECT COUNT(*) FROM account WHERE status = 'active'", []).await, 2);
        assert!(!deleted(&server, &room).await);
        let list = application.acting_for(ADA).await.get(ROOMS).expect(200).await.json();
        assert_eq!(list["results"], json!([room]));
    }

    // More than are looked up at a time, by two instances at once: each once.
    async fn many(server: Server) {
        let application = inviting(&server).await;
        let elsewhere = server.second_instance().await;
        for n in 0..130 {
            let email = format!("person{n}@example.org").parse().unwrap();
            server.accounts.find_or_make_pending(&email, application.id, 1000).await.unwrap().unwrap();
        }
        server.clock.advance(91 * DAY);
        let (one, two) = tokio::join!(clean(&server), clean(&elsewhere));
        one.unwrap();
        two.unwrap();
        assert_eq!(pending(&server).await, 0);
        assert_eq!(server.database.events("account.deleted").await.len(), 130);
    }

    // She comes at the moment at which she is to be removed: either way nothing is half done.
    async fn coming_at_the_last_moment(server: Server) {
        let application = inviting(&server).await;
        for n in 0..8 {
            let email: EmailAddress = format!("person{n}@example.org").parse().unwrap();
            make(&application.acting_for(email.as_str()).await, &format!("event-{n}")).await;
        }
        server.clock.advance(91 * DAY);
        let coming = async {
            for n in 0..8 {
                let email = format!("person{n}@example.org").parse().unwrap();
                let new = NewAccount { email, name: None, administrator: false, password: None };
                server.accounts.create(new, Actor::Operator).await.unwrap();
            }
        };
        let (cleaned, ()) = tokio::join!(clean(&server), coming);
        cleaned.unwrap();
        assert_eq!(server.database.number("SELECT COUNT(*) FROM account WHERE status = 'active'", []).await, 8);
        assert_eq!(dangling(&server).await, 0);
        let removed = server.database.events("account.deleted").await.len();
        assert_eq!(server.database.events("room.deleted").await.len(), removed);
        let kept = server.database.number("SELECT COUNT(*) FROM room_access m JOIN room r ON r.id = m.room_id AND r.deleted_at IS NULL", []).await;
        assert_eq!(kept, 8 - i64::try_from(removed).unwrap());
    }

    async fn no_password_and_no_rights_before_she_came(server: Server) {
        let application = inviting(&server).await;
        application.token_for(ADA).await;
        let before = server.database.number("SELECT COUNT(*) FROM audit_event", []).await;
        let refused = server.accounts.set_password(&ada(), &Secret::new(PASSWORD), Actor::Operator).await;
        assert!(matches!(refused, Err(AccountError::Pending)), "{refused:?}");
        for grant in [true, false] {
            let refused = server.accounts.set_administrator(&ada(), grant, Actor::Operator).await;
            assert!(matches!(refused, Err(AccountError::Pending)), "{refused:?}");
        }
        // Nor by way of being switched off and on.
        server.accounts.set_enabled(&ada(), false, Actor::Operator).await.unwrap();
        let refused = server.accounts.set_password(&ada(), &Secret::new(PASSWORD), Actor::Operator).await;
        assert!(matches!(refused, Err(AccountError::Pending)), "{refused:?}");
        server.accounts.set_enabled(&ada(), true, Actor::Operator).await.unwrap();
        let sql = "SELECT COUNT(*) FROM account WHERE status = 'pending' AND password_hash IS NULL AND role = 'USER'";
        assert_eq!(server.database.number(sql, []).await, 1);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event", []).await, before + 2);
        let credentials = json!({ "email": ADA, "password": PASSWORD });
        server.anonymous().post("/auth/login/").json(&credentials).expect(401).await;
        // Once she came, both.
        let new = NewAccount { email: ada(), name: None, administrator: false, password: None };
        server.accounts.create(new, Actor::Operator).await.unwrap();
        server.accounts.set_password(&ada(), &Secret::new(PASSWORD), Actor::Operator).await.unwrap();
        server.accounts.set_administrator(&ada(), true, Actor::Operator).await.unwrap();
        server.anonymous().post("/auth/login/").json(&credentials).expect(200).await;
    }
}
