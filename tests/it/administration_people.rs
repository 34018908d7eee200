//! People, as administrators look after them: found, shown, switched off and on, signed out, unlinked.

use std::collections::BTreeMap;

use parloir::accounts::{Arrival, Reception};
use parloir::audit::Actor;
use parloir::base::{AccountId, ClientRequest};
use sea_orm::entity::prelude::Uuid;
use serde_json::{Value, json};

use crate::harness::{Answer, Client, PASSWORD, Server, on_both};

const USERS: &str = "/api/v1/admin/users";
const MINUTES: std::time::Duration = std::time::Duration::from_mins(10);

fn at(id: AccountId, below: &str) -> String {
    format!("{USERS}/{id}{below}")
}

async fn ids(client: &Client, query: &str) -> Vec<String> {
    let answer = client.get(&format!("{USERS}{query}")).expect(200).await.json();
    let people = answer["results"].as_array().unwrap().iter();
    let mut found: Vec<_> = people.map(|person| person["email"].as_str().unwrap_or("-").to_owned()).collect();
    // They were made at the same moment.
    found.sort_unstable();
    found
}

/// Somebody comes through a provider.
async fn arrives(server: &Server, subject: &str, email: Option<&str>) -> AccountId {
    let arrival = Arrival {
        issuer: "https://id.example.org".to_owned(),
        subject: subject.to_owned(),
        provider: "agency".to_owned(),
        email: email.map(str::to_owned),
        email_trusted: false,
        name: Some("Grace Hopper".to_owned()),
        administrator: None,
        may_be_made: true,
        memberships: None,
        organisation: None,
        claims: BTreeMap::new(),
    };
    match server.accounts.receive(&arrival, &ClientRequest::local("")).await.unwrap() {
        Reception::Welcome(account) => account.id,
        other => panic!("{other:?}"),
    }
}

fn refusal(code: &str, detail: &str) -> Value {
    json!({ "code": code, "detail": detail })
}

const NOT_RECENT: &str = "Sign in again to do this: your last sign-in is more than ten minutes ago.";
const LAST: &str = "This is the last active administrator. Make another person administrator first.";

on_both! {
    async fn people_are_found(server: Server) {
        let admin = server.administrator().await;
        for email in ["ada.lovelace@example.org", "grace@navy.example.net"] {
            server.account(email).await;
        }
        let id = arrives(&server, "g", Some("claimed@elsewhere.example")).await;
        server.accounts.set_administrator(&"ada.lovelace@example.org".parse().unwrap(), true, Actor::Operator).await.unwrap();
        server.accounts.set_enabled(&"grace@navy.example.net".parse().unwrap(), false, Actor::Operator).await.unwrap();
        for (query, found) in [
            ("", vec!["-", "ada.lovelace@example.org", "admin@example.org", "grace@navy.example.net"]),
            ("?search=LOVE", vec!["ada.lovelace@example.org"]),
            ("?search=ada.lovelace%40ex", vec!["ada.lovelace@example.org"]),
            ("?search=hopper", vec!["-"]),
            ("?search=claimed%40elsew", vec!["-"]),
            ("?search=grace", vec!["-", "grace@navy.example.net"]),
            ("?search=grace+hop", vec!["-"]),
            ("?search=example+navy", vec!["grace@navy.example.net"]),
            ("?search=ovelace", vec![]),
            ("?search=%25", vec!["-", "ada.lovelace@example.org", "admin@example.org", "grace@navy.example.net"]),
            ("?status=disabled", vec!["grace@navy.example.net"]),
            ("?role=ADMIN", vec!["ada.lovelace@example.org", "admin@example.org"]),
            ("?role=ADMIN&search=ada&status=active", vec!["ada.lovelace@example.org"]),
            ("?status=&role=", vec!["-", "ada.lovelace@example.org", "admin@example.org", "grace@navy.example.net"]),
        ] {
            assert_eq!(ids(&admin, query).await, found, "{query}");
        }
        // Who is called otherwise is found otherwise, whatever it was that changed her.
        server.clock.advance(MINUTES / 10);
        let now = server.clock.now().as_micros();
        let rename = "UPDATE account SET name = 'Ada Byron', updated_at = $2 WHERE id = $1";
        server.database.execute(rename, [id.as_uuid().into(), now.into()]).await;
        assert_eq!(ids(&admin, "?search=hopper").await, Vec::<String>::new());
        assert_eq!(ids(&admin, "?search=byr").await, ["-"]);
        let wrong = admin.get(&format!("{USERS}?limit=0&cursor=x")).send().await;
        assert_eq!((wrong.status, wrong.json()["limit"].is_array(), wrong.json()["cursor"].is_array()), (400, true, true));
        let wrong = admin.get(&format!("{USERS}?status=asleep")).send().await;
        assert_eq!((wrong.status, wrong.json()), (400, json!({ "status": ["There is no such word."] })));
    }

    async fn the_list_comes_in_portions(server: Server) {
        let admin = server.administrator().await;
        for n in 0..7 {
            server.clock.advance(MINUTES / 600);
            server.account(&format!("person{n}@example.org")).await;
        }
        let mut query = "?limit=3".to_owned();
        let mut seen = Vec::new();
        loop {
            let listed = admin.get(&format!("{USERS}{query}")).expect(200).await.json();
            seen.extend(listed["results"].as_array().unwrap().iter().map(|person| person["email"].clone()));
            let Some(next) = listed["next"].as_str() else { break };
            query = format!("?limit=3&cursor={next}");
            // Who comes in the meantime is no reason to show somebody twice.
            server.clock.advance(MINUTES / 600);
            server.account(&format!("late{}@example.org", seen.len())).await;
        }
        let expected: Vec<Value> =
            (0..7).rev().map(|n| json!(format!("person{n}@example.org"))).chain([json!("admin@example.org")]).collect();
        assert_eq!(seen, expected);
    }

    async fn a_person_with_all_that_is_hers(server: Server) {
        let admin = server.administrator().await;
        let ada = server.person("ada@example.org").await;
        let application = server.application("rooms:create", &["example.org"]).await;
        let acting = application.acting_for("ada@example.org").await;
        acting.post("/external-api/v1.0/rooms/").expect(201).await;
        let id = server.accounts.find_by_email(&"ada@example.org".parse::<parloir::base::EmailAddress>().unwrap().key()).await.unwrap().unwrap().id;
        let shown = admin.get(&at(id, "")).expect(200).await;
        assert_eq!(shown.header("cache-control"), "no-store");
        let shown = shown.json();
        assert_eq!(shown["id"], json!(id));
        assert_eq!((&shown["status"], &shown["role"], &shown["has_password"], &shown["rooms_owned"]), (&json!("active"), &json!("USER"), &json!(true), &json!(1)));
        assert_eq!(shown["applications"][0]["slug"], "helpdesk");
        let [session] = shown["sessions"].as_array().unwrap().as_slice() else { panic!("{shown}") };
        assert_eq!(session["address"], "127.0.0.1");
        assert!(!shown.to_string().contains(PASSWORD) && !shown.to_string().contains("argon2"), "{shown}");
        // Her cookie is not made out of what is shown.
        assert!(!shown.to_string().contains(ada.cookie().unwrap().split_once('=').unwrap().1));
        for nobody in ["x", "01999999-0000-7000-8000-000000000000"] {
            let answer = admin.get(&format!("{USERS}/{nobody}")).send().await;
            answer.expect_refusal(404, "user_not_found", &refusal("user_not_found", "User not found."));
        }
    }

    async fn sessions_are_ended(server: Server) {
        let admin = server.administrator().await;
        let (ada, other) = (server.person("ada@example.org").await, server.sign_in("ada@example.org").await);
        let id: AccountId = ada.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().parse().unwrap();
        let shown = admin.get(&at(id, "")).expect(200).await.json();
        assert_eq!(shown["sessions"].as_array().unwrap().len(), 2);
        let one = shown["sessions"][0]["id"].as_str().unwrap();
        admin.call("DELETE", &at(id, &format!("/sessions/{one}"))).json(&json!({})).expect(204).await;
        let left = [&ada, &other].map(|client| client.get("/auth/users/me/"));
        let mut signed_in = 0;
        for call in left {
            signed_in += usize::from(call.send().await.status == 200);
        }
        assert_eq!(signed_in, 1);
        let again = admin.call("DELETE", &at(id, &format!("/sessions/{one}"))).json(&json!({})).send().await;
        again.expect_refusal(404, "not_found", &refusal("not_found", "Not found."));
        // A session of somebody else is not one of hers.
        let own = server.database.rows("SELECT id FROM session WHERE account_id <> $1", [id.as_uuid().into()]).await;
        let own: Vec<u8> = own[0].try_get("", "id").unwrap();
        let own = own.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
        admin.call("DELETE", &at(id, &format!("/sessions/{own}"))).json(&json!({})).expect(404).await;
        let ended = admin.call("DELETE", &at(id, "/sessions")).json(&json!({})).expect(200).await.json();
        assert_eq!(ended, json!({ "ended": 1 }));
        for client in [&ada, &other] {
            client.get("/auth/users/me/").expect(401).await;
        }
        let events = server.database.events("session.ended").await;
        assert_eq!(events.len(), 2);
        assert!(events.iter().all(|event| event.actor_kind == "person" && event.actor_id != Some(id.as_uuid()) && event.on_behalf_of == Some(id.as_uuid())));
    }

    async fn disabling_ends_all_at_once(server: Server) {
        let admin = server.administrator().await;
        let ada = server.person("ada@example.org").await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let acting = application.acting_for("ada@example.org").await;
        let id: AccountId = ada.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().parse().unwrap();
        // Not a matter of a recent sign-in.
        server.clock.advance(MINUTES);
        let disabled = admin.post(&at(id, "/disable")).json(&json!({})).expect(200).await.json();
        assert_eq!(disabled["status"], "disabled");
        ada.get("/auth/users/me/").expect(401).await;
        acting.get("/external-api/v1.0/rooms/").expect(401).await;
        let [event] = server.database.events("account.disabled").await.try_into().unwrap();
        assert_eq!(event.details(), json!({
            "before": { "role": "USER", "status": "active" }, "after": { "role": "USER", "status": "disabled" },
        }));
        // Once more changes nothing, and tells of nothing.
        admin.post(&at(id, "/disable")).json(&json!({})).expect(200).await;
        assert_eq!(server.database.events("account.disabled").await.len(), 1);
        assert_eq!(admin.post(&at(id, "/enable")).json(&json!({})).expect(200).await.json()["status"], "active");
        admin.post(&at(id, "/enable")).json(&json!({})).expect(200).await;
        assert_eq!(server.database.events("account.enabled").await.len(), 1);
        let row = server.database.rows("SELECT address, request_id FROM audit_event WHERE action = 'account.enabled'", []).await;
        assert_eq!(row[0].try_get::<Option<String>>("", "address").unwrap().as_deref(), Some("127.0.0.1"));
        assert!(row[0].try_get::<Option<String>>("", "request_id").unwrap().is_some());
    }

    async fn people_without_a_confirmed_address_are_looked_after_too(server: Server) {
        let admin = server.administrator().await;
        let claimed = arrives(&server, "g", Some("claimed@elsewhere.example")).await;
        for (path, status) in [("/disable", "disabled"), ("/enable", "active")] {
            let answer = admin.post(&at(claimed, path)).json(&json!({})).expect(200).await.json();
            assert_eq!((&answer["status"], &answer["email_verified"]), (&json!(status), &json!(false)));
        }
        let granted = admin.call("PUT", &at(claimed, "/role")).json(&json!({ "role": "ADMIN" })).expect(200).await.json();
        assert_eq!(granted["role"], "ADMIN");
        // Somebody who never came is switched off and on, and gets no power.
        let new = parloir::applications::NewApplication {
            name: "Calendar".to_owned(),
            scopes: crate::harness::scopes("rooms:create"),
            domains: crate::harness::all_domains(),
            allow_user_creation: true,
            ..Default::default()
        };
        let application = server.new_application(new).await;
        application.ask("pending@example.org").await.expect(200);
        let pending = server.accounts.find_by_email(&"pending@example.org".parse::<parloir::base::EmailAddress>().unwrap().key()).await.unwrap().unwrap().id;
        for (path, status) in [("/disable", "disabled"), ("/enable", "pending")] {
            assert_eq!(admin.post(&at(pending, path)).json(&json!({})).expect(200).await.json()["status"], status);
        }
        let refused = admin.call("PUT", &at(pending, "/role")).json(&json!({ "role": "ADMIN" })).send().await;
        refused.expect_refusal(409, "conflict", &refusal("conflict", "The person of this account has not come yet."));
    }

    async fn power_needs_a_recent_sign_in(server: Server) {
        let admin = server.administrator().await;
        let ada = server.account("ada@example.org").await.id;
        let grace = arrives(&server, "g", None).await;
        let identity = server.accounts.identities(grace).await.unwrap()[0].id;
        server.clock.advance(MINUTES);
        let expected = refusal("recent_sign_in_required", NOT_RECENT);
        let put = |role: &str| admin.call("PUT", &at(ada, "/role")).json(&json!({ "role": role }));
        put("ADMIN").send().await.expect_refusal(403, "recent_sign_in_required", &expected);
        let unlink = || admin.call("DELETE", &at(grace, &format!("/identities/{identity}"))).json(&json!({}));
        unlink().send().await.expect_refusal(403, "recent_sign_in_required", &expected);
        server.accounts.set_administrator(ada, true, Actor::Operator).await.unwrap();
        let disable = || admin.post(&at(ada, "/disable")).json(&json!({}));
        disable().send().await.expect_refusal(403, "recent_sign_in_required", &expected);
        assert!(server.accounts.find(ada).await.unwrap().unwrap().is_administrator());
        // A new sign-in is recent.
        let admin = server.sign_in("admin@example.org").await;
        let answer = admin.call("PUT", &at(ada, "/role")).json(&json!({ "role": "USER" })).expect(200).await.json();
        assert_eq!(answer["role"], "USER");
        for (body, fields) in [(json!({ "role": "KING" }), true), (json!({}), false), (json!([]), false)] {
            let answer = admin.call("PUT", &at(ada, "/role")).json(&body).expect(400).await;
            assert_eq!(answer.json()["role"].is_array(), fields, "{answer}");
        }
    }

    async fn the_last_administrator_stays(server: Server) {
        let admin = server.administrator().await;
        let me: AccountId = admin.get("/auth/users/me/").expect(200).await.json()["id"].as_str().unwrap().parse().unwrap();
        let last = refusal("last_administrator", LAST);
        admin.call("PUT", &at(me, "/role")).json(&json!({ "role": "USER" })).send().await.expect_refusal(409, "last_administrator", &last);
        admin.post(&at(me, "/disable")).json(&json!({})).send().await.expect_refusal(409, "last_administrator", &last);
        server.accounts.set_administrator(me, false, Actor::Person(me)).await.unwrap_err();
        // Somebody who is disabled, or none, is no other administrator.
        let other = server.new_account("other@example.org", true, None).await.id;
        server.accounts.set_enabled(other, false, Actor::Operator).await.unwrap();
        server.accounts.set_enabled(me, false, Actor::Person(other)).await.unwrap_err();
        server.accounts.set_enabled(other, true, Actor::Operator).await.unwrap();
        // With another one she may lay the role down, and still not lock herself out.
        let own = refusal("own_account", "Nobody disables her own account. Another administrator can.");
        admin.post(&at(me, "/disable")).json(&json!({})).send().await.expect_refusal(409, "own_account", &own);
        let answer = admin.call("PUT", &at(me, "/role")).json(&json!({ "role": "USER" })).expect(200).await.json();
        assert_eq!(answer["role"], "USER");
        admin.get(USERS).send().await.expect_refusal(403, "permission_denied", &refusal("permission_denied", "You do not have permission to perform this action."));
        assert_eq!(server.database.events("account.role_changed").await.len(), 1);
        assert_eq!(server.database.events("account.disabled").await.len(), 1);
    }

    // Two administrators take each other's role, or disable each other, at the same moment, on two instances: one of them stays.
    async fn two_cannot_depose_each_other(server: Server) {
        let other_instance = server.second_instance().await;
        for round in 0..6 {
            let (a, b) = (format!("a{round}@example.org"), format!("b{round}@example.org"));
            let a = server.new_account(&a, true, None).await.id;
            let b = server.new_account(&b, true, None).await.id;
            let (here, there) = (server.accounts.clone(), other_instance.accounts.clone());
            let (first, second) = if round % 2 == 0 {
                tokio::join!(
                    here.set_administrator(b, false, Actor::Person(a)),
                    there.set_administrator(a, false, Actor::Person(b))
                )
            } else {
                tokio::join!(here.set_enabled(b, false, Actor::Person(a)), there.set_enabled(a, false, Actor::Person(b)))
            };
            assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1, "{first:?} {second:?}");
            let error = first.err().or(second.err()).unwrap();
            assert!(matches!(error, parloir::accounts::AccountError::LastAdministrator), "{error:?}");
            let left = "SELECT COUNT(*) FROM account WHERE role = 'ADMIN' AND status = 'active'";
            assert_eq!(server.database.number(left, []).await, 1);
            server.database.execute("UPDATE account SET role = 'USER'", []).await;
        }
    }

    async fn an_identity_is_taken_unless_it_is_the_last_way_in(server: Server) {
        let admin = server.administrator().await;
        let grace = arrives(&server, "g", None).await;
        let identity = server.accounts.identities(grace).await.unwrap()[0].id;
        let path = at(grace, &format!("/identities/{identity}"));
        let last = refusal("last_way_in", "This is the person's last way in. Disable her account, or see that she has another.");
        admin.call("DELETE", &path).json(&json!({})).send().await.expect_refusal(409, "last_way_in", &last);
        assert_eq!(server.accounts.identities(grace).await.unwrap().len(), 1);
        // Of another account it is not.
        let ada = server.account("ada@example.org").await.id;
        let elsewhere = at(ada, &format!("/identities/{identity}"));
        admin.call("DELETE", &elsewhere).json(&json!({})).send().await.expect_refusal(404, "not_found", &refusal("not_found", "Not found."));
        server.accounts.set_enabled(grace, false, Actor::Operator).await.unwrap();
        admin.call("DELETE", &path).json(&json!({})).expect(204).await;
        assert!(server.accounts.identities(grace).await.unwrap().is_empty());
        let [event] = server.database.events("identity.unlinked").await.try_into().unwrap();
        assert_eq!(event.on_behalf_of, Some(grace.as_uuid()));
        assert_eq!((&event.details()["before"]["provider"], &event.details()["after"]["provider"]), (&json!("agency"), &Value::Null));
        admin.call("DELETE", &path).json(&json!({})).expect(404).await;
        // Beside another way in it may go.
        let two = arrives(&server, "two", None).await;
        server.accounts.set_password(two, &parloir::base::Secret::new(PASSWORD), Actor::Operator).await.unwrap();
        let identity = server.accounts.identities(two).await.unwrap()[0].id;
        admin.call("DELETE", &at(two, &format!("/identities/{identity}"))).json(&json!({})).expect(204).await;
    }

    // Nobody but an administrator, and no other site.
    async fn each_address_is_for_administrators_alone(server: Server) {
        let admin = server.administrator().await;
        let ada = server.person("ada@example.org").await;
        let id = Uuid::nil();
        let routes = [
            ("GET", "/audit".to_owned()),
            ("GET", format!("/audit/{id}")),
            ("GET", "/audit/export".to_owned()),
            ("GET", "/users".to_owned()),
            ("GET", format!("/users/{id}")),
            ("POST", format!("/users/{id}/disable")),
            ("POST", format!("/users/{id}/enable")),
            ("PUT", format!("/users/{id}/role")),
            ("DELETE", format!("/users/{id}/sessions")),
            ("DELETE", format!("/users/{id}/sessions/x")),
            ("DELETE", format!("/users/{id}/identities/{id}")),
        ];
        let before = server.database.number("SELECT COUNT(*) FROM audit_event", []).await;
        for (method, path) in routes {
            let path = format!("/api/v1/admin{path}");
            let call = |client: &Client| client.call(method, &path).json(&json!({ "role": "ADMIN" }));
            let stranger = call(&server.anonymous()).send().await;
            stranger.expect_refusal(401, "not_authenticated", &refusal("not_authenticated", "Authentication credentials were not provided."));
            let person = call(&ada).send().await;
            person.expect_refusal(403, "permission_denied", &refusal("permission_denied", "You do not have permission to perform this action."));
            if method != "GET" {
                for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example.org")] {
                    let answer: Answer = call(&admin).header(header, value).send().await;
                    assert_eq!((answer.status, answer.code().as_str()), (403, "cross_site_request"), "{answer}");
                }
            }
        }
        assert_eq!(server.database.number("SELECT COUNT(*) FROM audit_event", []).await, before);
    }
}
