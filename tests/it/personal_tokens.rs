//! Tokens that people make for themselves: what they open, what they never open, and how they end.

use std::time::Duration;

use parloir::accounts::{Account, Held, NewPersonalToken, PersonalTokenError};
use parloir::audit::Actor;
use parloir::base::{ClientRequest, PersonalTokenId, Random};
use serde_json::json;

use crate::harness::{Answer, Client, PASSWORD, Server, TOKEN, on_both, scopes};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";
const DAY: Duration = Duration::from_hours(24);
const ALL: &str = "rooms:list rooms:retrieve rooms:create rooms:update rooms:delete";

async fn held(server: &Server, account: &Account, scopes_: &str) -> Held {
    let new = NewPersonalToken {
        name: "Backup script".to_owned(),
        scopes: scopes(scopes_),
        expires_at: server.clock.now().after(DAY),
    };
    server.personal_tokens.create(account.id, new, &ClientRequest::local("")).await.unwrap()
}

fn holder(server: &Server, held: &Held) -> Client {
    server.anonymous().with_token(held.secret.expose())
}

#[track_caller]
fn refused(answer: Answer, code: &str, text: &str) {
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
    answer.expect_refusal(401, code, &json!({ "detail": text }));
}

on_both! {
    async fn it_does_what_its_person_may(server: Server) {
        let (ada, grace) = (server.account(ADA).await, server.account("grace@example.org").await);
        let token = held(&server, &ada, ALL).await;
        assert!(token.secret.expose().starts_with("prl_pat_") && token.secret.expose().len() == 57);
        let client = holder(&server, &token);
        let room = client.post(ROOMS).expect(201).await.json();
        let path = format!("{ROOMS}{}/", room["id"].as_str().unwrap());
        client.get(&path).expect(200).await;
        client.call("PATCH", &path).json(&json!({ "access_level": "restricted" })).expect(200).await;
        assert_eq!(client.get(ROOMS).expect(200).await.json()["count"], 1);
        // Another person's has no business there.
        let hers = holder(&server, &held(&server, &grace, ALL).await);
        assert_eq!(hers.get(ROOMS).expect(200).await.json()["count"], 0);
        hers.get(&path).expect(403).await;
        client.call("DELETE", &path).expect(204).await;
        // The trail says who it was and with what; there is no application in it.
        for action in ["room.created", "room.updated", "room.deleted"] {
            let [event] = server.database.events(action).await.try_into().unwrap();
            assert_eq!((event.actor_kind.as_str(), event.actor_id), ("person", Some(ada.id.as_uuid())), "{action}");
            assert_eq!((event.application_id, event.jti), (None, None), "{action}");
            assert_eq!(event.details()["personal_token"], json!(token.token.id), "{action}");
        }
        let made = server.database.events("personal_token.created").await;
        let details: Vec<_> = made.iter().map(crate::harness::Event::details).collect();
        assert!(details.iter().any(|details| details["personal_token"] == json!(token.token.id)), "{details:?}");
        assert!(details.iter().all(|details| !details.to_string().contains(token.secret.expose())));
    }

    async fn its_scopes_bind(server: Server) {
        let ada = server.account(ADA).await;
        let client = holder(&server, &held(&server, &ada, "rooms:list").await);
        client.get(ROOMS).expect(200).await;
        let told = json!({ "detail": "Insufficient permissions. Required scope: rooms:create" });
        client.post(ROOMS).send().await.expect_refusal(403, "insufficient_scope", &told);
        let told = json!({ "detail": "Insufficient permissions. Required scope: None" });
        client.call("OPTIONS", ROOMS).send().await.expect_refusal(403, "insufficient_scope", &told);
    }

    async fn one_select_before_the_action(server: Server) {
        let ada = server.account(ADA).await;
        let token = held(&server, &ada, ALL).await;
        let cost = async |token: &str, status| {
            let before = server.store.statements();
            server.anonymous().with_token(token).call("PUT", ROOMS).expect(status).await;
            server.store.statements() - before
        };
        assert_eq!(cost(token.secret.expose(), 405).await, 1);
        // One that was never ours costs nothing; one that might be, a look.
        let mut mistyped = token.secret.expose().to_owned();
        mistyped.replace_range(20..21, if &mistyped[20..21] == "a" { "b" } else { "a" });
        for wrong in ["prl_pat_", "prl_pat_x", &mistyped, &token.secret.expose()[..56], &format!("{}x", token.secret.expose())] {
            assert_eq!(cost(wrong, 401).await, 0, "{wrong}");
            refused(server.anonymous().with_token(wrong).get(ROOMS).send().await, "invalid_token", "Invalid token.");
        }
        let unknown = parloir::accounts::PersonalTokenSecret::generate(&Random::System);
        assert_eq!(cost(unknown.expose(), 401).await, 1);
        refused(server.anonymous().with_token(unknown.expose()).get(ROOMS).send().await, "invalid_token", "Invalid token.");
        // A secret of another kind is none.
        let application = server.application("rooms:list", &["*"]).await;
        refused(server.anonymous().with_token(&application.client_secret).get(ROOMS).send().await, "invalid_token", "Invalid token.");
    }

    async fn it_is_stored_as_a_digest(server: Server) {
        let ada = server.account(ADA).await;
        let token = held(&server, &ada, ALL).await;
        let sql = "SELECT COUNT(*) FROM personal_token WHERE name = 'Backup script' AND prefix = $1 AND digest = $2";
        let digest = token.token.digest.clone();
        assert_eq!(digest.len(), 32);
        assert_eq!(server.database.number(sql, [token.secret.prefix().into(), digest.into()]).await, 1);
        assert!(!format!("{token:?}").contains(token.secret.expose()));
    }

    async fn each_end_is_told_in_its_own_words(server: Server) {
        let ada = server.account(ADA).await;
        let elsewhere = server.second_instance().await;
        let here = ClientRequest::local("");
        // Revoked, by its person; again changes nothing.
        let token = held(&server, &ada, ALL).await;
        let client = holder(&server, &token);
        for _ in 0..2 {
            server.personal_tokens.revoke(token.token.id, ada.id, Actor::Person(ada.id), &here).await.unwrap();
            for server in [&server, &elsewhere] {
                refused(client.at(server.address()).get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
            }
        }
        assert_eq!(server.database.events("personal_token.revoked").await.len(), 1);
        // All of hers at once.
        let client = holder(&server, &held(&server, &ada, ALL).await);
        client.get(ROOMS).expect(200).await;
        server.accounts.revoke_tokens(&ADA.parse().unwrap(), Actor::Operator).await.unwrap();
        refused(client.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        // Its person is disabled, and the token does not come back with her.
        let client = holder(&server, &held(&server, &ada, ALL).await);
        server.accounts.set_enabled(&ADA.parse().unwrap(), false, Actor::Operator).await.unwrap();
        refused(client.at(elsewhere.address()).get(ROOMS).send().await, "account_disabled", "User account is disabled.");
        server.accounts.set_enabled(&ADA.parse().unwrap(), true, Actor::Operator).await.unwrap();
        refused(client.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        // Her password changes.
        let client = holder(&server, &held(&server, &ada, ALL).await);
        let secret = parloir::base::Secret::new(PASSWORD);
        server.accounts.set_password(&ADA.parse().unwrap(), &secret, Actor::Operator).await.unwrap();
        refused(client.get(ROOMS).send().await, "token_revoked", "Token has been revoked.");
        // Its time is over, to the microsecond.
        let client = holder(&server, &held(&server, &ada, ALL).await);
        server.clock.advance(DAY - Duration::from_micros(1));
        client.get(ROOMS).expect(200).await;
        server.clock.advance(Duration::from_micros(1));
        refused(client.get(ROOMS).send().await, "invalid_token", "Token expired.");
        // A month later nothing of it is left.
        server.clock.advance(Duration::from_hours(30 * 24));
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(server.database.number("SELECT COUNT(*) FROM personal_token", []).await, 0);
        refused(client.get(ROOMS).send().await, "invalid_token", "Invalid token.");
    }

    async fn it_makes_no_tokens(server: Server) {
        let ada = server.new_account(ADA, true, Some(PASSWORD)).await;
        let token = held(&server, &ada, ALL).await;
        let client = holder(&server, &token);
        let application = server.application("rooms:list", &["*"]).await;
        // As the secret of an application, and beside one that is wrong.
        let body = json!({
            "client_id": application.client_id, "client_secret": token.secret.expose(),
            "grant_type": "client_credentials", "scope": ADA,
        });
        let told = json!({ "detail": "Invalid credentials" });
        client.post(TOKEN).json(&body).send().await.expect_refusal(401, "invalid_client", &told);
        // It is no session: not on pages, not on what they send, not for the administrators' API.
        client.get("/auth/users/me/").expect(401).await;
        assert_eq!(client.get("/rooms").expect(303).await.header("location"), "/sign-in?next=%2Frooms");
        let form = [("name", "More"), ("scopes[0]", "rooms:list"), ("days", "30")];
        let answer = client.post("/actions/tokens/create").header("sec-fetch-site", "same-origin").form(&form);
        assert_eq!(answer.expect(303).await.header("location"), "/sign-in?next=%2Faccount%2Ftokens");
        assert_eq!(server.database.number("SELECT COUNT(*) FROM personal_token", []).await, 1);
    }

    async fn what_cannot_be_asked_for(server: Server) {
        let ada = server.account(ADA).await;
        let here = ClientRequest::local("");
        let now = server.clock.now();
        let usual = NewPersonalToken { name: " x ".to_owned(), scopes: scopes("rooms:list"), expires_at: now.after(DAY) };
        let long = "é".repeat(101);
        for (new, expected) in [
            (NewPersonalToken { name: "  ".to_owned(), ..usual.clone() }, "a name has 1 to 100 characters"),
            (NewPersonalToken { name: long, ..usual.clone() }, "a name has 1 to 100 characters"),
            (NewPersonalToken { name: "a\0b".to_owned(), ..usual.clone() }, "a name has 1 to 100 characters"),
            (NewPersonalToken { scopes: scopes(""), ..usual.clone() }, "a token needs at least one scope"),
            (NewPersonalToken { expires_at: now, ..usual.clone() }, "a token ends within a year"),
            (NewPersonalToken { expires_at: now.after(DAY * 367), ..usual.clone() }, "a token ends within a year"),
        ] {
            let error = server.personal_tokens.create(ada.id, new, &here).await.unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        assert_eq!(server.personal_tokens.create(ada.id, usual.clone(), &here).await.unwrap().token.name, "x");
        for _ in 1..50 {
            server.personal_tokens.create(ada.id, usual.clone(), &here).await.unwrap();
        }
        let error = server.personal_tokens.create(ada.id, usual.clone(), &here).await.unwrap_err();
        assert!(matches!(error, PersonalTokenError::TooMany), "{error}");
        // Those that have ended do not count.
        server.clock.advance(DAY);
        let usual = NewPersonalToken { expires_at: server.clock.now().after(DAY), ..usual };
        server.personal_tokens.create(ada.id, usual.clone(), &here).await.unwrap();
        // Nobody makes one for somebody who may not come in, nor ends one of somebody else.
        let grace = server.account("grace@example.org").await;
        server.accounts.set_enabled(&"grace@example.org".parse().unwrap(), false, Actor::Operator).await.unwrap();
        let error = server.personal_tokens.create(grace.id, usual.clone(), &here).await.unwrap_err();
        assert!(matches!(error, PersonalTokenError::Gone), "{error}");
        let hers = server.personal_tokens.create(ada.id, usual, &here).await.unwrap();
        for (id, person) in [(hers.token.id, grace.id), (PersonalTokenId::new(&Random::System, now), ada.id)] {
            let error = server.personal_tokens.revoke(id, person, Actor::Person(person), &here).await.unwrap_err();
            assert!(matches!(error, PersonalTokenError::NotFound), "{error}");
        }
        holder(&server, &hers).get(ROOMS).expect(200).await;
    }

    async fn its_last_use_is_written_now_and_then(server: Server) {
        let ada = server.account(ADA).await;
        let token = held(&server, &ada, "rooms:list").await;
        let client = holder(&server, &token);
        let last_used = async || server.personal_tokens.list(ada.id).await.unwrap()[0].last_used_at;
        client.get(ROOMS).expect(200).await;
        assert_eq!(last_used().await, None);
        assert_eq!(server.personal_tokens.write_usage().await.unwrap(), 1);
        assert_eq!(last_used().await, Some(server.clock.now()));
        server.clock.advance(Duration::from_secs(9));
        client.post(ROOMS).expect(403).await;
        assert_eq!(server.personal_tokens.write_usage().await.unwrap(), 1);
        assert_eq!(last_used().await, Some(server.clock.now()));
        server.clock.advance(DAY);
        client.get(ROOMS).expect(401).await;
        assert_eq!(server.personal_tokens.write_usage().await.unwrap(), 0);
    }

    async fn they_go_with_their_person(server: Server) {
        let ada = server.account(ADA).await;
        held(&server, &ada, ALL).await;
        server.database.execute("DELETE FROM account WHERE id = $1", [ada.id.into()]).await;
        assert_eq!(server.database.number("SELECT COUNT(*) FROM personal_token", []).await, 0);
    }
}
