//! Many at once: what must be unique is unique, what belongs together is made together.

use std::collections::BTreeSet;
use std::time::Duration;

use parloir::accounts::{Account, AccountError, NewAccount};
use parloir::applications::NewApplication;
use parloir::audit::Actor;
use parloir::base::{Caller, ClientRequest, Random, Via};
use parloir::rooms::{AccessLevel, Change, Configuration, NewRoom, Rooms};
use parloir::server::AppState;
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{Database, Server, TOKEN, all_domains, on_both, scopes};

const ROOMS: &str = "/external-api/v1.0/rooms/";

/// Runs `many` of the futures that `make` gives, at once.
async fn at_once<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    many: usize,
    make: impl Fn(usize) -> F,
) -> Vec<T> {
    let mut crowd = JoinSet::new();
    for n in 0..many {
        crowd.spawn(make(n));
    }
    crowd.join_all().await
}

fn named(name: &str) -> NewApplication {
    NewApplication { name: name.to_owned(), scopes: scopes("rooms:list"), domains: all_domains(), ..Default::default() }
}

/// A person who acts herself.
fn person(account: &Account) -> Caller {
    Caller { person: account.id, application: None, scopes: None, via: Via::Session, entitlement: None }
}

#[derive(Debug, FromQueryResult)]
struct RoomRow {
    name: String,
    slug: String,
    owners: i64,
    events: i64,
}

/// Every room with its address, its owners and the events of its making.
async fn rooms(database: &Database) -> Vec<RoomRow> {
    let sql = "SELECT r.name, s.slug, \
        (SELECT COUNT(*) FROM room_access m WHERE m.room_id = r.id AND m.role = 'owner') AS owners, \
        (SELECT COUNT(*) FROM audit_event e WHERE e.room_id = r.id AND e.action = 'room.created') AS events \
        FROM room r LEFT JOIN room_slug s ON s.room_id = r.id AND s.current";
    database.all(sql, []).await
}

/// A change of the name alone.
fn called(name: &str) -> Change {
    Change { name: Some(name.to_owned()), ..Change::default() }
}

on_both! {
    async fn fifty_rooms_at_once(server: Server) {
        let (ada, grace) = (server.account("ada@example.org").await, server.account("grace@example.org").await);
        let application = server.application("rooms:create rooms:list", &["example.org"]).await;
        let other = server.second_instance().await;
        let callers = [
            application.acting_for("ada@example.org").await,
            application.acting_for("grace@example.org").await.at(other.address()),
        ];
        let made = at_once(50, |n| {
            let caller = callers[n % 2].clone();
            async move { caller.post(ROOMS).expect(201).await.json() }
        })
        .await;
        let distinct = |key: &str| made.iter().map(|room| room[key].as_str().unwrap()).collect::<BTreeSet<_>>().len();
        assert_eq!((distinct("id"), distinct("slug"), distinct("url")), (50, 50, 50));

        let rows = rooms(&server.database).await;
        assert_eq!(rows.len(), 50);
        for row in &rows {
            assert_eq!((&row.name, row.owners, row.events), (&row.slug, 1, 1), "{row:?}");
        }
        for account in [ada, grace] {
            let sql = "SELECT COUNT(*) FROM room_access WHERE account_id = $1";
            assert_eq!(server.database.number(sql, [account.id.as_uuid().into()]).await, 25);
        }
    }

    // An address that another room has is not given again, and the room is named after the one that it got.
    async fn an_address_is_given_once(server: Server) {
        let caller = person(&server.account("ada@example.org").await);
        let mut made = Vec::new();
        for _ in 0..3 {
            // The same dice each time: every room is offered the same addresses.
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
            made.push(rooms.create(new, by, &ClientRequest::local(""), None).await.unwrap());
            server.clock.advance(Duration::from_secs(1));
        }
        let slugs: BTreeSet<_> = made.iter().map(|room| &room.slug).collect();
        assert_eq!(slugs.len(), 3, "{made:?}");
        for room in &made {
            assert_eq!(room.name, room.slug);
        }
        for row in rooms(&server.database).await {
            assert_eq!((&row.name, row.owners, row.events), (&row.slug, 1, 1), "{row:?}");
        }
    }

    async fn one_name_many_applications(server: Server) {
        let outcomes = at_once(12, |_| {
            let applications = server.applications.clone();
            async move { applications.create(named("Équipe – Calendrier"), Actor::Operator).await.unwrap().application.slug }
        })
        .await;
        let expected: BTreeSet<_> =
            (1..=12).map(|n| if n == 1 { "equipe-calendrier".to_owned() } else { format!("equipe-calendrier-{n}") }).collect();
        assert_eq!(outcomes.into_iter().collect::<BTreeSet<_>>(), expected);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM application_secret", []).await, 12);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event WHERE action = 'application.created'", []).await, 12);
    }

    async fn one_address_many_accounts(server: Server) {
        let spellings = ["ada@example.org", "ADA@example.org", "Ada@EXAMPLE.org"];
        let outcomes = at_once(12, |n| {
            let accounts = server.accounts.clone();
            let new = NewAccount { email: spellings[n % 3].parse().unwrap(), name: None, administrator: false, password: None };
            async move { accounts.create(new, Actor::Operator).await }
        })
        .await;
        let made = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        let taken = outcomes.iter().filter(|outcome| matches!(outcome, Err(AccountError::EmailTaken))).count();
        assert_eq!((made, taken), (1, 11), "{outcomes:?}");
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event WHERE action = 'account.created'", []).await, 1);
    }

    // A room is deleted while others rename it: whoever comes later is told that there is none, and nothing comes back.
    async fn a_deleted_room_stays_deleted(server: Server) {
        let caller = person(&server.account("ada@example.org").await);
        let application = server.application("rooms:create rooms:retrieve rooms:list", &["example.org"]).await;
        let ada = application.acting_for("ada@example.org").await;
        let room = ada.post(ROOMS).expect(201).await.json();
        let id = room["id"].as_str().unwrap().parse().unwrap();
        let request = ClientRequest::local("");
        let outcomes = at_once(16, |n| {
            let (rooms, caller, request) = (server.rooms.clone(), caller.clone(), request.clone());
            async move {
                match n % 4 {
                    0 => ("delete", rooms.delete(id, &caller, &request).await.is_ok()),
                    _ => ("rename", rooms.update(id, called(&format!("name {n}")), &caller, &request).await.is_ok()),
                }
            }
        })
        .await;
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == ("delete", true)).count(), 1, "{outcomes:?}");
        let events = |action: &str| {
            let (sql, action) = ("SELECT COUNT(*) FROM audit_event WHERE action = $1", action.to_owned());
            let database = server.database.clone();
            async move { database.number(sql, [action.into()]).await }
        };
        let renamed = outcomes.iter().filter(|outcome| **outcome == ("rename", true)).count();
        assert_eq!((events("room.deleted").await, events("room.renamed").await), (1, i64::try_from(renamed).unwrap()));
        ada.get(&format!("{ROOMS}{}/", room["id"].as_str().unwrap())).expect(404).await;
        assert_eq!(ada.get(ROOMS).expect(200).await.json()["count"], 0);
    }

    // Several instances start for the first time on one empty database: one schema, one set of keys, and each takes the
    // other's tokens from the first moment on.
    async fn first_starts_at_once(database: Database) {
        let opened = at_once(4, |_| {
            let config = database.config("http://localhost:8080", &[]);
            AppState::open(config, database.clock.clone(), database.random.clone())
        })
        .await;
        let states: Vec<_> = opened.into_iter().map(Result::unwrap).collect();
        let mut keys = BTreeSet::new();
        for state in &states {
            keys.insert(json!(state.delegation.public_keys().await).to_string());
        }
        assert_eq!(keys.len(), 1, "the instances publish different keys: {keys:?}");
        let published: Value = serde_json::from_str(keys.first().unwrap()).unwrap();
        assert_eq!(published.as_array().unwrap().len(), 1, "more than one key was made");
        assert_eq!(database.number("SELECT COUNT(*) FROM installation WHERE name = 'secret_key'", []).await, 1);
        let steps = i64::try_from(<migration::Migrator as migration::MigratorTrait>::migrations().len()).unwrap();
        assert_eq!(database.number("SELECT COUNT(*) FROM seaql_migrations", []).await, steps);
    }

    async fn servers_started_at_once_take_each_others_tokens(database: Database) {
        let (one, two) = tokio::join!(database.serve_with(&[("server.public_url", "https://meet.example.org")]), async {
            // Not quite at once, so that each finds another's traces.
            tokio::time::sleep(Duration::from_millis(5)).await;
            database.serve_with(&[("server.public_url", "https://meet.example.org")]).await
        });
        one.account("ada@example.org").await;
        let application = one.application("rooms:list", &["example.org"]).await;
        let ada = application.acting_for("ada@example.org").await;
        ada.get(ROOMS).expect(200).await;
        ada.at(two.address()).get(ROOMS).expect(200).await;
        let body = application.body("ada@example.org");
        let there = two.anonymous().post(TOKEN).json(&body).expect(200).await.json();
        let ada = two.anonymous().with_token(there["access_token"].as_str().unwrap());
        ada.get(ROOMS).expect(200).await;
        ada.at(one.address()).get(ROOMS).expect(200).await;
    }
}
