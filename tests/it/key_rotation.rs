//! A new signing key in place of the others: with an overlap, or at once.

use std::time::Duration;

use parloir::audit::Actor;
use serde_json::{Value, json};

use crate::harness::forger::{claims, header};
use crate::harness::{Application, Database, Forger, Server, TOKEN, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const ADA: &str = "ada@example.org";

/// The longest life of a token, and a minute for instances that sign while the key changes.
const OVERLAP: Duration = Duration::from_mins(61);
const SECOND: Duration = Duration::from_secs(1);

async fn ready(server: &Server) -> Application {
    server.account(ADA).await;
    server.application("rooms:list", &["example.org"]).await
}

/// A token that this instance issues.
async fn token_of(server: &Server, application: &Application) -> String {
    let answer = server.anonymous().post(TOKEN).json(&application.body(ADA)).expect(200).await;
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

fn kid(token: &str) -> String {
    header(token)["kid"].as_str().unwrap().to_owned()
}

async fn use_it(server: &Server, token: &str) -> u16 {
    server.anonymous().with_token(token).get(ROOMS).send().await.status
}

async fn assert_invalid(server: &Server, token: &str) {
    let answer = server.anonymous().with_token(token).get(ROOMS).send().await;
    answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token." }));
}

/// The ids of the published keys, newest first.
async fn published(server: &Server) -> Vec<String> {
    let jwks = server.anonymous().get("/.well-known/jwks.json").expect(200).await.json();
    jwks["keys"].as_array().unwrap().iter().map(|jwk| jwk["kid"].as_str().unwrap().to_owned()).collect()
}

async fn keys(database: &Database) -> i64 {
    database.number("SELECT COUNT(*) FROM signing_key", []).await
}

/// A server that differs from `first` in its algorithm alone.
async fn beside(first: &Server, algorithm: &str) -> Server {
    let settings = [("server.public_url", first.public_url()), ("delegation.signing_algorithm", algorithm)];
    first.database.serve_with(&settings).await
}

on_both! {
    async fn with_an_overlap(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let former = token_of(&server, &application).await;
        server.clock.advance(SECOND);
        let rotated = server.delegation.rotate_key(false, Actor::Operator).await.unwrap();
        assert_ne!(rotated.kid, kid(&former));
        assert_eq!(rotated.former_end, Some(server.clock.now().after(OVERLAP)));
        // From the next token on, on every instance, though nobody told them.
        let new = [token_of(&server, &application).await, token_of(&elsewhere, &application).await];
        for instance in [&server, &elsewhere] {
            assert_eq!(use_it(instance, &former).await, 200);
            for token in &new {
                assert_eq!(kid(token), rotated.kid);
                assert_eq!(use_it(instance, token).await, 200);
            }
            assert_eq!(published(instance).await, [rotated.kid.clone(), kid(&former)]);
        }
        let facts = server.delegation.keys();
        let told: Vec<_> = facts.iter().map(|key| (key.kid.clone(), key.signs, key.ends_at)).collect();
        assert_eq!(told, [(rotated.kid.clone(), true, None), (kid(&former), false, rotated.former_end)]);
        let events = server.database.events("key.rotated").await;
        let [event] = events.as_slice() else { panic!("{events:?}") };
        assert_eq!(event.actor_kind, "operator");
        let details = json!({ "kid": rotated.kid, "algorithm": "EdDSA", "former_keys_end": rotated.former_end });
        assert_eq!(event.details(), details);
    }

    async fn the_former_key_ends_after_its_last_token(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let former = token_of(&server, &application).await;
        let thief = Forger::with_key_of(&server).await;
        // Whoever has the former key can sign what lives longer than it.
        let mut long = claims(&former);
        long["exp"] = json!(long["exp"].as_i64().unwrap() + 86_400);
        let forged = thief.sign(&long);
        server.clock.advance(SECOND);
        let rotated = server.delegation.rotate_key(false, Actor::Operator).await.unwrap();
        // The token has lived a second.
        server.clock.advance(Duration::from_micros(3_598_999_999));
        for instance in [&server, &elsewhere] {
            assert_eq!(use_it(instance, &former).await, 200, "a token ended before its time");
        }
        server.clock.advance(Duration::from_mins(1) + SECOND);
        parloir::server::clean(&server).await.unwrap();
        for instance in [&server, &elsewhere] {
            assert_eq!(use_it(instance, &forged).await, 200);
            assert_eq!(published(instance).await, [rotated.kid.clone(), kid(&former)]);
        }
        server.clock.advance(Duration::from_micros(1));
        for instance in [&server, &elsewhere] {
            assert_invalid(instance, &forged).await;
            assert_eq!(published(instance).await, std::slice::from_ref(&rotated.kid));
        }
        assert_eq!(keys(&server.database).await, 2);
        parloir::server::clean(&elsewhere).await.unwrap();
        assert_eq!(keys(&server.database).await, 1);
        let new = token_of(&server, &application).await;
        assert_eq!((kid(&new), use_it(&elsewhere, &new).await), (rotated.kid, 200));
    }

    async fn several_times_within_an_hour(server: Server) {
        let application = ready(&server).await;
        let mut tokens = vec![token_of(&server, &application).await];
        for _ in 0..3 {
            server.clock.advance(Duration::from_mins(20));
            server.delegation.rotate_key(false, Actor::Operator).await.unwrap();
            tokens.push(token_of(&server, &application).await);
        }
        // The first token has ended, its key has some minutes more.
        let kids: Vec<_> = tokens.iter().rev().map(|token| kid(token)).collect();
        assert_eq!(published(&server).await, kids);
        assert_eq!(use_it(&server, &tokens[0]).await, 401);
        for token in &tokens[1..] {
            assert_eq!(use_it(&server, token).await, 200);
        }
        // Each ends by itself: a later rotation does not lengthen the life of a key that was replaced before.
        server.clock.advance(Duration::from_mins(21));
        parloir::server::clean(&server).await.unwrap();
        assert_eq!(published(&server).await, kids[..3]);
    }

    async fn at_once(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let former = [token_of(&server, &application).await, token_of(&elsewhere, &application).await];
        server.delegation.rotate_key(false, Actor::Operator).await.unwrap();
        let former = [former.as_slice(), &[token_of(&elsewhere, &application).await]].concat();
        for token in &former {
            assert_eq!(use_it(&server, token).await, 200);
        }
        let rotated = server.delegation.rotate_key(true, Actor::Operator).await.unwrap();
        assert_eq!((rotated.former_end, keys(&server.database).await), (None, 1));
        for instance in [&server, &elsewhere] {
            for token in &former {
                assert_invalid(instance, token).await;
            }
        }
        server.clock.advance(SECOND);
        for instance in [&server, &elsewhere] {
            assert_eq!(published(instance).await, std::slice::from_ref(&rotated.kid));
            let token = token_of(instance, &application).await;
            assert_eq!(kid(&token), rotated.kid);
            assert_eq!((use_it(&server, &token).await, use_it(&elsewhere, &token).await), (200, 200));
        }
        let events = server.database.events("key.rotated").await;
        assert_eq!(events.iter().filter(|event| event.details()["former_keys_end"] == Value::Null).count(), 1);
    }

    // Tokens are asked for all the time while the key changes: each works afterwards.
    async fn while_tokens_are_issued(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let asking = (0..30).map(|n| {
            let asking = server.anonymous().at(if n % 2 == 0 { server.address() } else { elsewhere.address() });
            let call = asking.post(TOKEN).json(&application.body(ADA));
            tokio::spawn(async move { call.expect(200).await.json()["access_token"].as_str().unwrap().to_owned() })
        });
        let asking: Vec<_> = asking.collect();
        for _ in 0..3 {
            server.delegation.rotate_key(false, Actor::Operator).await.unwrap();
        }
        server.clock.advance(SECOND);
        for asked in asking {
            let token = asked.await.unwrap();
            assert_eq!((use_it(&server, &token).await, use_it(&elsewhere, &token).await), (200, 200), "{}", kid(&token));
        }
    }

    async fn rotations_at_once_leave_one_key_in_force(server: Server) {
        let application = ready(&server).await;
        let elsewhere = server.second_instance().await;
        let (one, two) = tokio::join!(
            server.delegation.rotate_key(false, Actor::Operator),
            elsewhere.delegation.rotate_key(false, Actor::Operator),
        );
        let made = [one.unwrap().kid, two.unwrap().kid];
        assert_eq!(server.database.number("SELECT COUNT(*) FROM signing_key WHERE ends_at IS NULL", []).await, 1);
        let tokens = [token_of(&server, &application).await, token_of(&elsewhere, &application).await];
        assert_eq!(kid(&tokens[0]), kid(&tokens[1]));
        assert!(made.contains(&kid(&tokens[0])));
    }

    // Two instances of which one was restarted with another algorithm: each signs with its own, both take both.
    async fn a_change_of_the_algorithm(server: Server) {
        let application = ready(&server).await;
        let before = token_of(&server, &application).await;
        for algorithm in ["ES256", "HS256", "RS256"] {
            let changed = beside(&server, algorithm).await;
            let new = token_of(&changed, &application).await;
            assert_eq!((&header(&before)["alg"], &header(&new)["alg"]), (&json!("EdDSA"), &json!(algorithm)));
            server.clock.advance(SECOND);
            for instance in [&server, &changed] {
                assert_eq!((use_it(instance, &before).await, use_it(instance, &new).await), (200, 200), "{algorithm}");
            }
            assert_eq!(header(&token_of(&server, &application).await)["alg"], "EdDSA");
        }
    }

    // A rotation replaces the keys of every algorithm: whatever leaked, it has ended.
    async fn rotation_beside_another_algorithm(server: Server) {
        let application = ready(&server).await;
        let other = beside(&server, "ES256").await;
        let former = [token_of(&server, &application).await, token_of(&other, &application).await];
        for at_once in [false, true] {
            server.clock.advance(SECOND);
            let rotated = server.delegation.rotate_key(at_once, Actor::Operator).await.unwrap();
            let status = if at_once { 401 } else { 200 };
            for token in &former {
                assert_eq!((use_it(&server, token).await, use_it(&other, token).await), (status, status));
            }
            let new = [token_of(&server, &application).await, token_of(&other, &application).await];
            assert_eq!(kid(&new[0]), rotated.kid);
            assert_eq!(header(&new[1])["alg"], "ES256");
            assert_ne!(kid(&new[1]), kid(&former[1]));
            server.clock.advance(SECOND);
            for token in &new {
                assert_eq!((use_it(&server, token).await, use_it(&other, token).await), (200, 200));
            }
        }
    }
}
