//! Two accounts of one person become one.

use parloir::accounts::{AccountError, Role};
use parloir::audit::{Actor, Filter};
use parloir::base::{AccountId, RoomId};
use parloir::lifecycle::{Fate, Fates, LifecycleError, Merge, RULES};
use serde_json::json;

use super::fixture::{arrival, assert_whole, give, letters, role, room, rows, serve, tokens, whole};
use crate::harness::{Database, PASSWORD, Server, on_both};

const ADA: &str = "ada@example.org";
const LOVELACE: &str = "lovelace@example.org";
const ROOMS: &str = "/external-api/v1.0/rooms/";

/// Everything in the database, as text.
async fn everything(database: &Database) -> String {
    let mut text = String::new();
    for table in crate::leaks::tables(database).await {
        let dump = crate::leaks::dump(database, &table).await;
        let mut lines: Vec<_> = dump.lines().collect();
        lines.sort_unstable();
        text.extend([&*table, "\n", &*lines.join("\n"), "\n"]);
    }
    text
}

on_both! {
    async fn nothing_is_lost(database: Database) {
        let server = serve(&database).await;
        let (from, into) = (whole(&server, ADA).await, whole(&server, LOVELACE).await);
        // Every pair of roles.
        let roles = [None, Some("member"), Some("administrator"), Some("owner")];
        let mut expected: Vec<(RoomId, Option<&str>)> = Vec::new();
        let third = server.account("third@example.org").await.id;
        for (a, of_from) in roles.iter().enumerate() {
            for (b, of_into) in roles.iter().enumerate() {
                let room = room(&server, third, &format!("Room {a} {b}")).await;
                for (id, role) in [(from.id, of_from), (into.id, of_into)] {
                    if let Some(role) = role {
                        give(&server, id, room, role).await;
                    }
                }
                expected.push((room, roles[a.max(b)]));
            }
        }
        let both = [from.managed.client_id.clone(), into.managed.client_id.clone()];
        server.applications.add_manager(&both[1], from.id, Actor::Operator).await.unwrap();
        let acting = from.managed.acting_for(ADA).await;
        let staying = into.managed.acting_for(LOVELACE).await;
        let before = everything(&database).await;
        let seen = server.lifecycle.preview_merge(from.id, into.id, Actor::Operator).await.unwrap();
        assert_eq!(everything(&database).await, before, "a look changed something");
        let merged = server.lifecycle.merge(from.id, into.id, Actor::Operator).await.unwrap();
        assert_eq!(merged.counts, seen.counts);
        assert_eq!(merged.consequences(), seen.consequences());
        assert_whole(&database).await;
        for (room, role_expected) in expected {
            assert_eq!(role(&server, into.id, room).await.as_deref(), role_expected);
        }
        assert_eq!(role(&server, into.id, from.alone).await.as_deref(), Some("owner"));
        for rule in RULES.iter().filter(|rule| rule.merge != Merge::Stays) {
            assert_eq!(rows(&server, rule.table, rule.column, from.id).await, 0, "{}.{}", rule.table, rule.column);
        }
        assert_eq!(server.accounts.identities(into.id).await.unwrap().len(), 2);
        assert_eq!(database.number("SELECT COUNT(*) FROM membership", []).await, 2);
        assert_eq!(rows(&server, "room", "created_by", into.id).await, 2);
        assert_eq!(rows(&server, "application_manager", "account_id", into.id).await, 2);
        assert_eq!(rows(&server, "sign_in_conflict", "account_id", into.id).await, 2);
        assert_eq!(rows(&server, "merged_account", "account_id", into.id).await, 3, "former ones of hers, and she");
        // What ends, ends; the other's stays.
        from.client.get("/auth/users/me/").expect(401).await;
        into.client.get("/auth/users/me/").expect(200).await;
        assert_eq!(acting.get(ROOMS).expect(401).await.code(), "user_not_found");
        staying.get(ROOMS).expect(200).await;
        server.anonymous().with_token(&from.token).get(ROOMS).expect(401).await;
        server.anonymous().with_token(&into.token).get(ROOMS).expect(200).await;
        assert_eq!(tokens(&server, into.id).await.len(), 1);
        from.managed.ask(ADA).await.expect_refusal(404, "user_not_found", &json!({ "detail": "User not found." }));
        server.anonymous().post("/auth/login/").json(&json!({ "email": ADA, "password": PASSWORD })).expect(401).await;
        server.sign_in(LOVELACE).await;
        assert_eq!(letters(&server).await, ["accounts_merged", "accounts_merged"]);
        // The trail names both, and finds what the former one did.
        let [event] = database.events("account.merged").await.try_into().unwrap();
        assert_eq!(event.on_behalf_of, Some(into.id.as_uuid()));
        assert_eq!((&event.details()["from"], &event.details()["into"]), (&json!(from.id), &json!(into.id)));
        let former = server.accounts.former_of(into.id).await.unwrap();
        assert!(former.contains(&from.id));
        let asked = |former: Vec<AccountId>| Filter { person: Some(into.id), former, ..Filter::default() };
        let alone = server.audit.search(&asked(Vec::new())).await.unwrap().records.len();
        let together = server.audit.search(&asked(former)).await.unwrap().records;
        assert!(together.len() > alone && together.iter().any(|record| record.on_behalf_of == Some(from.id)));
        // And she can go on: the one that she is now is deleted as any other.
        server.lifecycle.delete(into.id, Fates::all(Fate::Delete), Actor::Operator).await.unwrap();
        assert_whole(&database).await;
    }

    async fn what_an_account_has_once(server: Server) {
        // A provider knows her, and nobody vouches for an address of hers.
        let somebody = arrival("somebody");
        let request = parloir::base::ClientRequest::local("r");
        let parloir::accounts::Reception::Welcome(into) = server.accounts.receive(&somebody, &request).await.unwrap() else { panic!() };
        let from = server.new_account(ADA, false, Some(PASSWORD)).await;
        let merged = server.lifecycle.merge(from.id, into.id, Actor::Operator).await.unwrap();
        let told = merged.consequences();
        assert!(told.address_taken && !told.address_freed && told.password_dropped && !told.role_dropped, "{told:?}");
        let after = server.accounts.find(into.id).await.unwrap().unwrap();
        assert_eq!(after.email.as_ref().map(parloir::base::EmailAddress::as_str), Some(ADA));
        assert!(after.email_verified && after.password_hash.is_none());
        // One that was expected gives its rooms and not its address.
        let application = server.application("rooms:create", &["example.org"]).await;
        let expected = "expected@example.org".parse().unwrap();
        let pending = server.accounts.find_or_make_pending(&expected, application.id, 10).await.unwrap().unwrap();
        let room = room(&server, pending.id, "Expected").await;
        let merged = server.lifecycle.merge(pending.id, into.id, Actor::Operator).await.unwrap();
        assert!(merged.consequences().address_freed);
        assert_eq!(role(&server, into.id, room).await.as_deref(), Some("owner"));
        assert_whole(&server.database).await;
    }

    async fn an_administrator_does_not_come_about_by_it(server: Server) {
        let admin = server.new_account("admin@example.org", true, Some(PASSWORD)).await;
        let ada = server.account(ADA).await;
        let refused = server.lifecycle.merge(admin.id, ada.id, Actor::Operator).await;
        assert!(matches!(refused, Err(LifecycleError::Account(AccountError::LastAdministrator))), "{refused:?}");
        let other = server.new_account("other@example.org", true, None).await;
        let refused = server.lifecycle.merge(admin.id, ada.id, Actor::Person(admin.id)).await;
        assert!(matches!(refused, Err(LifecycleError::Account(AccountError::OwnAccount))), "{refused:?}");
        let merged = server.lifecycle.merge(admin.id, ada.id, Actor::Person(other.id)).await.unwrap();
        assert!(merged.consequences().role_dropped);
        assert_eq!(merged.into.role, Role::User);
        // The other way round the role stays where it is.
        let merged = server.lifecycle.merge(ada.id, other.id, Actor::Operator).await.unwrap();
        assert_eq!(merged.into.role, Role::Admin);
        assert_whole(&server.database).await;
    }

    async fn refusals(server: Server) {
        let (ada, grace) = (server.account(ADA).await.id, server.account("grace@example.org").await.id);
        let disabled = server.account("disabled@example.org").await.id;
        server.accounts.set_enabled(disabled, false, Actor::Operator).await.unwrap();
        let pending = server.account("pending@example.org").await.id;
        server.database.execute("UPDATE account SET status = 'pending' WHERE id = $1", [pending.into()]).await;
        let nobody = AccountId::from(sea_orm::entity::prelude::Uuid::nil());
        let before = server.database.number("SELECT COUNT(*) FROM audit_event", []).await;
        let merge = async |from, into| {
            let seen = server.lifecycle.preview_merge(from, into, Actor::Operator).await.unwrap_err();
            let refused = server.lifecycle.merge(from, into, Actor::Operator).await.unwrap_err();
            assert_eq!(seen.to_string(), refused.to_string());
            refused
        };
        assert!(matches!(merge(ada, ada).await, LifecycleError::SameAccount));
        assert!(matches!(merge(disabled, ada).await, LifecycleError::Disabled));
        assert!(matches!(merge(ada, disabled).await, LifecycleError::Disabled));
        assert!(matches!(merge(ada, pending).await, LifecycleError::Pending));
        assert!(matches!(merge(ada, nobody).await, LifecycleError::Account(AccountError::NotFound)));
        assert!(matches!(merge(nobody, grace).await, LifecycleError::Account(AccountError::NotFound)));
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event", []).await, before);
        assert_eq!(server.database.number("SELECT COUNT(*) FROM account", []).await, 4);
    }

    async fn both_ways_at_once(server: Server) {
        let elsewhere = server.second_instance().await;
        for n in 0..8 {
            let one = server.account(&format!("one{n}@example.org")).await.id;
            let two = server.account(&format!("two{n}@example.org")).await.id;
            let (own, shared) = (room(&server, one, "Own").await, room(&server, two, "Shared").await);
            give(&server, one, shared, "owner").await;
            let (first, second) = tokio::join!(
                server.lifecycle.merge(one, two, Actor::Operator),
                elsewhere.lifecycle.merge(two, one, Actor::Operator)
            );
            assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
            let stays = first.as_ref().or(second.as_ref()).map(|merged| merged.into.id).unwrap();
            let refused = first.and(second).unwrap_err();
            assert!(matches!(refused, LifecycleError::Account(AccountError::NotFound)), "{refused:?}");
            for room in [own, shared] {
                assert_eq!(role(&server, stays, room).await.as_deref(), Some("owner"));
            }
        }
        assert_whole(&server.database).await;
    }

    // The one into which it goes is deleted at the same moment: a room has an owner all the same, or went with her.
    async fn into_one_who_goes(server: Server) {
        let elsewhere = server.second_instance().await;
        for n in 0..8 {
            let one = server.account(&format!("one{n}@example.org")).await.id;
            let two = server.account(&format!("two{n}@example.org")).await.id;
            room(&server, one, "One").await;
            let (merged, deleted) = tokio::join!(
                server.lifecycle.merge(one, two, Actor::Operator),
                elsewhere.lifecycle.delete(two, Fates::default(), Actor::Person(two))
            );
            match (&merged, &deleted) {
                (Ok(_), Err(LifecycleError::RoomsToHandOver(1))) | (Err(LifecycleError::Account(AccountError::NotFound)), Ok(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_whole(&server.database).await;
    }
}
