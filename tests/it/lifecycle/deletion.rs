//! The end of an account: what goes with it, what stays, and what has to be said first.

use parloir::accounts::{AccountError, NewAccount, Reception, Who};
use parloir::audit::Actor;
use parloir::base::ClientRequest;
use parloir::lifecycle::{Deletion, Fate, Fates, LifecycleError, RULES};
use serde_json::json;

use super::fixture::{Whole, arrival, assert_whole, give, letters, role, room, rows, serve, whole};
use crate::harness::{Database, PASSWORD, Server, on_both};

const ADA: &str = "ada@example.org";
const GRACE: &str = "grace@example.org";

on_both! {
    async fn nothing_is_left_but_that_she_was_there(database: Database) {
        let server = serve(&database).await;
        let (ada, grace) = (whole(&server, ADA).await, whole(&server, GRACE).await);
        let acting = ada.managed.acting_for(ADA).await;
        let shared = room(&server, ada.id, "Shared").await;
        give(&server, grace.id, shared, "owner").await;
        // One that was deleted before has no say in it.
        let deleted_before = room(&server, ada.id, "Old").await;
        database.execute("UPDATE room SET deleted_at = 1 WHERE id = $1", [deleted_before.into()]).await;
        let deleted = server.lifecycle.delete(ada.id, Fates::all(Fate::Delete), Actor::Person(ada.id)).await.unwrap();
        assert_eq!((deleted.rooms_deleted, deleted.rooms_handed_over), (1, 0));
        assert_whole(&database).await;
        for rule in RULES.iter().filter(|rule| rule.deletion != Deletion::Kept) {
            assert_eq!(rows(&server, rule.table, rule.column, ada.id).await, 0, "{}.{}", rule.table, rule.column);
            assert!(rows(&server, rule.table, rule.column, grace.id).await > 0, "{}.{}", rule.table, rule.column);
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM organisation_request", []).await, 1);
        assert_eq!(database.number("SELECT COUNT(*) FROM deleted_account", []).await, 1);
        // Her address stands nowhere any more.
        for table in crate::leaks::tables(&database).await {
            let text = crate::leaks::dump(&database, &table).await;
            assert!(!text.contains(ADA) && !text.to_lowercase().contains(&crate::leaks::hex(ADA)), "{table}: {text}");
        }
        // The trail keeps her id, and what became of her rooms.
        let [event] = database.events("account.deleted").await.try_into().unwrap();
        assert_eq!((event.actor_id, event.on_behalf_of), (Some(ada.id.as_uuid()), Some(ada.id.as_uuid())));
        assert_eq!(event.details(), json!({ "rooms_deleted": 1, "rooms_handed_over": 0 }));
        let [event] = database.events("room.deleted").await.try_into().unwrap();
        assert_eq!(event.room_id, Some(ada.alone.as_uuid()));
        assert_eq!(letters(&server).await, ["account_deleted"]);
        // Whatever she had is over, whichever way.
        ada.client.get("/auth/users/me/").expect(401).await;
        assert_eq!(acting.get("/external-api/v1.0/rooms/").expect(401).await.code(), "user_not_found");
        server.anonymous().with_token(&ada.token).get("/external-api/v1.0/rooms/").expect(401).await;
        let not_found = json!({ "detail": "User not found." });
        ada.managed.ask(ADA).await.expect_refusal(404, "user_not_found", &not_found);
        let credentials = json!({ "email": ADA, "password": PASSWORD });
        server.anonymous().post("/auth/login/").json(&credentials).expect(401).await;
        // Her address and her identity are free: who comes again is somebody new.
        let Reception::Welcome(account) = server.accounts.receive(&arrival(ADA), &ClientRequest::local("r")).await.unwrap() else { panic!() };
        assert_ne!(account.id, ada.id);
        let again = server.account(ADA).await;
        assert_ne!(again.id, ada.id);
        let gone = server.lifecycle.delete(ada.id, Fates::default(), Actor::Operator).await;
        assert!(matches!(gone, Err(LifecycleError::Account(AccountError::NotFound))), "{gone:?}");
    }

    async fn rooms_first(server: Server) {
        let (ada, grace) = (whole(&server, ADA).await, whole(&server, GRACE).await);
        let second = room(&server, ada.id, "Second").await;
        give(&server, grace.id, second, "member").await;
        let by = Actor::Person(ada.id);
        let refused = server.lifecycle.delete(ada.id, Fates::default(), by).await;
        assert!(matches!(refused, Err(LifecycleError::RoomsToHandOver(2))), "{refused:?}");
        let one = Fates { rooms: [(second, Fate::Delete)].into(), rest: None };
        let refused = server.lifecycle.delete(ada.id, one, by).await;
        assert!(matches!(refused, Err(LifecycleError::RoomsToHandOver(1))), "{refused:?}");
        // Only to somebody else, who is here and in use.
        let pending = server.account("pending@example.org").await;
        server.database.execute("UPDATE account SET status = 'pending' WHERE id = $1", [pending.id.into()]).await;
        let disabled = server.account("disabled@example.org").await;
        server.accounts.set_enabled(disabled.id, false, Actor::Operator).await.unwrap();
        let before = server.database.number("SELECT COUNT(*) FROM audit_event", []).await;
        for heir in [Who::Id(ada.id), Who::Id(pending.id), Who::Id(disabled.id), "nobody@example.org".parse().unwrap()] {
            let fates = Fates { rooms: [(second, Fate::Delete)].into(), rest: Some(Fate::HandOver(heir)) };
            let refused = server.lifecycle.delete(ada.id, fates, by).await;
            assert!(matches!(refused, Err(LifecycleError::HeirNotFound)), "{refused:?}");
        }
        // Nothing of all that was done.
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room WHERE deleted_at IS NULL", []).await, 3);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event", []).await, before);
        ada.client.get("/auth/users/me/").expect(200).await;
        let fates = Fates {
            rooms: [(second, Fate::HandOver(Who::Id(grace.id)))].into(),
            rest: Some(Fate::HandOver(GRACE.parse().unwrap())),
        };
        let deleted = server.lifecycle.delete(ada.id, fates, by).await.unwrap();
        assert_eq!((deleted.rooms_deleted, deleted.rooms_handed_over), (0, 2));
        for room in [ada.alone, second] {
            assert_eq!(role(&server, grace.id, room).await.as_deref(), Some("owner"));
        }
        let events = server.database.events("room.handed_over").await;
        assert_eq!(events.len(), 2);
        assert_eq!(events[0].details()["to"], json!(grace.id));
        assert_whole(&server.database).await;
    }

    async fn the_last_administrator_stays_unless_by_a_command(server: Server) {
        let admin = server.new_account("admin@example.org", true, None).await;
        let refused = server.lifecycle.delete(admin.id, Fates::default(), Actor::Person(admin.id)).await;
        assert!(matches!(refused, Err(LifecycleError::Account(AccountError::LastAdministrator))), "{refused:?}");
        let other = server.new_account("other@example.org", true, None).await;
        server.lifecycle.delete(admin.id, Fates::default(), Actor::Person(admin.id)).await.unwrap();
        server.lifecycle.delete(other.id, Fates::default(), Actor::Operator).await.unwrap();
        assert_whole(&server.database).await;
    }

    // Two owners of one room go at the same moment: the second finds herself alone.
    async fn two_owners_at_once(server: Server) {
        let elsewhere = server.second_instance().await;
        for n in 0..8 {
            let one = server.account(&format!("one{n}@example.org")).await.id;
            let two = server.account(&format!("two{n}@example.org")).await.id;
            let shared = room(&server, one, "Shared").await;
            give(&server, two, shared, "owner").await;
            let (first, second) = tokio::join!(
                server.lifecycle.delete(one, Fates::default(), Actor::Person(one)),
                elsewhere.lifecycle.delete(two, Fates::default(), Actor::Person(two))
            );
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let refused = first.and(second);
            assert!(matches!(refused, Err(LifecycleError::RoomsToHandOver(1))), "{refused:?}");
        }
        assert_whole(&server.database).await;
    }

    // Each hands over to the other: one goes, and whoever was to get rooms of hers has them.
    async fn heirs_of_each_other(server: Server) {
        let elsewhere = server.second_instance().await;
        for n in 0..8 {
            let one = server.account(&format!("one{n}@example.org")).await.id;
            let two = server.account(&format!("two{n}@example.org")).await.id;
            room(&server, one, "One").await;
            room(&server, two, "Two").await;
            let to = |heir| Fates::all(Fate::HandOver(Who::Id(heir)));
            let (first, second) = tokio::join!(
                server.lifecycle.delete(one, to(two), Actor::Person(one)),
                elsewhere.lifecycle.delete(two, to(one), Actor::Person(two))
            );
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let refused = first.and(second);
            assert!(matches!(refused, Err(LifecycleError::HeirNotFound | LifecycleError::RoomsToHandOver(_) | LifecycleError::Account(AccountError::NotFound))), "{refused:?}");
        }
        assert_eq!(server.database.number("SELECT COUNT(*) FROM room_access", []).await, 16);
        assert_whole(&server.database).await;
    }

    // She makes rooms, signs in and gets tokens while she goes: nothing of it is left, and nothing fails on the way but what she asked.
    async fn while_she_does_something(server: Server) {
        let application = server.application("rooms:create rooms:list", &["example.org"]).await;
        let id = server.account("busy@example.org").await.id;
        let acting = application.acting_for("busy@example.org").await;
        let making = async {
            let mut codes = Vec::new();
            for _ in 0..30 {
                codes.push(acting.post("/external-api/v1.0/rooms/").send().await.status);
            }
            codes
        };
        let going = async {
            tokio::time::sleep(std::time::Duration::from_millis(30)).await;
            server.lifecycle.delete(id, Fates::all(Fate::Delete), Actor::Person(id)).await.unwrap();
        };
        let (codes, ()) = tokio::join!(making, going);
        assert!(codes.iter().all(|code| matches!(code, 201 | 401 | 503)), "{codes:?}");
        assert_eq!(*codes.last().unwrap(), 401);
        assert_whole(&server.database).await;
    }

    async fn one_who_never_came_goes_by_the_same_rules(server: Server) {
        let ada = whole(&server, ADA).await;
        server.database.execute("UPDATE account SET status = 'pending', created_at = 0 WHERE id = $1", [ada.id.into()]).await;
        parloir::server::clean(&server).await.unwrap();
        assert_whole(&server.database).await;
        assert_eq!(server.database.number("SELECT COUNT(*) FROM organisation_request", []).await, 0);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM mail", []).await, 0);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM deleted_account", []).await, 1);
        // That she was there is forgotten when the trail has forgotten her.
        server.clock.advance(std::time::Duration::from_hours(24 * 4000));
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(server.database.number("SELECT COUNT(*) FROM deleted_account", []).await, 0);
    }

    async fn whoever_is_made_for_her_address_is_somebody_else(server: Server) {
        let ada = whole(&server, ADA).await;
        server.lifecycle.delete(ada.id, Fates::all(Fate::Delete), Actor::Operator).await.unwrap();
        let new = NewAccount { email: ADA.parse().unwrap(), name: None, administrator: false, password: None };
        let again = server.accounts.create(new, Actor::Operator).await.unwrap();
        assert_eq!(server.rooms.count_owned(again.id).await.unwrap(), 0);
        assert!(server.accounts.identities(again.id).await.unwrap().is_empty());
        let Whole { id, .. } = ada;
        assert_eq!(server.accounts.find(id).await.unwrap(), None);
    }
}
