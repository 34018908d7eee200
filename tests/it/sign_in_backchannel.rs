//! Logout tokens (OpenID Connect Back-Channel Logout 1.0): each rule, and whose sessions end.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use crate::harness::{Answer, Client, Database, Server, log, on_both};
use crate::peer::{Endpoint, Key, Scene, Seal, Token, person};
use crate::provider::Browser;

const PATH: &str = "/auth/test/backchannel-logout/";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

async fn tell(server: &Server, token: &str) -> Answer {
    let answer = Client::new(server.address()).post(PATH).form(&[("logout_token", token)]).send().await;
    assert_eq!(answer.header("cache-control"), "no-store", "{answer}");
    assert_eq!(answer.header("set-cookie"), "", "{answer}");
    answer
}

fn refused(answer: &Answer, description: &str) {
    let body = json!({ "error": "invalid_request", "error_description": description });
    assert_eq!((answer.status, answer.json()), (400, body), "{answer}");
    assert_eq!(answer.code(), "invalid_request", "{answer}");
}

fn obeyed(answer: &Answer) {
    assert!(answer.status == 204 && answer.is_empty(), "{answer}");
}

fn at(token: &mut Token, claim: &str, seconds: i64) {
    token.claims[claim] = json!(token.claims["iat"].as_i64().unwrap() + seconds);
}

/// What makes a token another one.
type Change = fn(&mut Token);

/// One wrong thing for each rule, and the cause in the log.
const RULES: &[(&str, Change, &str)] = &[
    ("typ: none", |it| it.header["typ"] = json!(null), "malformed"),
    ("typ: missing", |it| drop(it.header.as_object_mut().unwrap().shift_remove("typ")), "another kind of token"),
    ("typ: JWT", |it| it.header["typ"] = json!("JWT"), "another kind of token"),
    ("alg: none", |it| it.sign_with(&Arc::new(Key::nothing())), "another signature algorithm"),
    ("alg: another", |it| it.sign_with(&Arc::new(Key::okp("first"))), "another signature algorithm"),
    ("signature", |it| it.key = Arc::new(Key::ec("first")), "a wrong signature"),
    ("kid", |it| it.sign_with(&Arc::new(Key::ec("second"))), "an unknown key"),
    ("crit", |it| it.header["crit"] = json!(["exp"]), "a critical extension"),
    ("encrypted", |it| it.sealed = Some(Seal::to(&Key::ec("x").public(), "ECDH-ES", "A256GCM")), "encrypted"),
    ("iss", |it| it.claims["iss"] = json!("https://evil.example.org"), "another issuer"),
    ("iss: missing", |it| it.without("iss"), "no issuer"),
    ("aud", |it| it.claims["aud"] = json!("another"), "another audience"),
    ("aud: missing", |it| it.without("aud"), "no audience"),
    ("aud: several", |it| it.claims["aud"] = json!(["parloir", "another"]), "several audiences"),
    ("iat: missing", |it| it.without("iat"), "no time of issue"),
    ("iat: in the future", |it| at(it, "iat", 61), "issued in the future"),
    ("nbf", |it| at(it, "nbf", 61), "not yet valid"),
    ("exp: missing", |it| it.without("exp"), "no expiry"),
    ("exp: over", |it| at(it, "exp", -60), "expired"),
    ("exp: too far", |it| at(it, "exp", 601), "valid for too long"),
    ("events: missing", |it| it.without("events"), "no logout event"),
    ("events: another", |it| it.claims["events"] = json!({ "http://example.org": {} }), "no logout event"),
    ("events: a text", |it| it.claims["events"] = json!(EVENT), "no logout event"),
    ("events: a list", |it| it.claims["events"] = json!([EVENT]), "no logout event"),
    ("events: no object", |it| it.claims["events"] = json!({ EVENT: true }), "no logout event"),
    ("nonce", |it| it.claims["nonce"] = json!("a nonce"), "a nonce where none may be"),
    ("nonce: null", |it| it.claims["nonce"] = json!(null), "a nonce where none may be"),
    (
        "sub and sid: missing",
        |it| {
            it.without("sub");
            it.without("sid");
        },
        "neither subject nor session id",
    ),
    ("sub: empty", |it| it.claims["sub"] = json!(""), "an unusable subject"),
    ("sub: null", |it| it.claims["sub"] = json!(null), "no subject"),
    ("sid: empty", |it| it.claims["sid"] = json!(""), "an unusable session id"),
    ("jti: missing", |it| it.without("jti"), "no token id"),
    ("jti: empty", |it| it.claims["jti"] = json!(""), "no token id"),
    ("jti: a number", |it| it.claims["jti"] = json!(7), "no token id"),
];

on_both! {
    async fn each_rule(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let ada = scene.signed_in().await;
        for (rule, lie, cause) in RULES {
            let answer = tell(&scene.server, &scene.peer.logout_token("session-1", lie)).await;
            refused(&answer, "Invalid logout token");
            let lines = log::of_request(answer.header("x-request-id"));
            let line = lines.iter().find(|line| line.contains("a logout token was refused"));
            let line = line.unwrap_or_else(|| panic!("{rule}: {lines:?}"));
            assert!(line.contains(cause) && !line.contains("xanthippe") && !line.contains("eyJ"), "{rule}: {line}");
        }
        for text in ["", " ", "x", "a.b.c", "....", "{}"] {
            refused(&tell(&scene.server, text).await, "Invalid logout token");
        }
        // None of them burned its id: the honest one with the same is obeyed.
        assert_eq!(database.number("SELECT COUNT(*) FROM logout_token", []).await, 0);
        assert!(scene.knows(&ada).await);
        obeyed(&tell(&scene.server, &scene.peer.logout_token("session-1", |it| at(it, "exp", 600))).await);
        assert!(!scene.knows(&ada).await);
        assert_eq!(database.events("session.ended").await.len(), 1);
        assert_eq!(database.events("session.ended").await[0].details(), json!({ "by": "provider" }));
    }

    async fn what_is_no_logout_token_request(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let ada = scene.signed_in().await;
        let token = scene.peer.logout_token("session-1", |_| ());
        let caller = Client::new(scene.server.address());
        let missing = "Missing logout_token parameter";
        refused(&caller.post(PATH).json(&json!({ "logout_token": token })).send().await, missing);
        refused(&caller.post(PATH).form(&[("token", &token)]).send().await, missing);
        refused(&caller.post(PATH).send().await, missing);
        refused(&caller.post(PATH).multipart(&[("logout_token", &token)]).send().await, missing);
        refused(&caller.post(&format!("{PATH}?logout_token={token}")).send().await, missing);
        for method in ["GET", "PUT", "DELETE"] {
            let answer = caller.call(method, PATH).send().await;
            assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{answer}");
        }
        let answer = caller.post("/auth/other/backchannel-logout/").form(&[("logout_token", &token)]).send().await;
        assert_eq!((answer.status, &*answer.code()), (404, "not_found"), "{answer}");
        let long = "a".repeat(100_000);
        let answer = caller.post(PATH).form(&[("logout_token", &long)]).send().await;
        assert!(matches!(answer.status, 400 | 413), "{answer}");
        assert!(scene.knows(&ada).await);
        // Without a slash, from another site, and with a cookie: it is no page's form.
        let answer = caller
            .post(PATH.trim_end_matches('/'))
            .header("sec-fetch-site", "cross-site")
            .header("origin", scene.peer.issuer())
            .form(&[("logout_token", &token)])
            .send()
            .await;
        obeyed(&answer);
        assert!(!scene.knows(&ada).await);
    }

    // Rule 8: once, on whichever instance, also at once.
    async fn a_token_works_once(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let twin = scene.server.twin().await;
        for round in 1..=5 {
            let ada = scene.signed_in().await;
            let token = scene.peer.logout_token(&format!("session-{round}"), |_| ());
            let (one, other) = tokio::join!(tell(&scene.server, &token), tell(&twin, &token));
            let mut statuses = [one.status, other.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [204, 400], "{one} {other}");
            refused(if one.status == 400 { &one } else { &other }, "Token already processed");
            assert!(!scene.knows(&ada).await);
        }
        // As long as it lives, with the tolerance; after that it is refused for its age.
        let token = scene.peer.logout_token("session-1", |it| at(it, "exp", 600));
        obeyed(&tell(&twin, &token).await);
        for (seconds, description) in [(659, "Token already processed"), (1, "Invalid logout token")] {
            database.clock.advance(Duration::from_secs(seconds));
            refused(&tell(&scene.server, &token).await, description);
        }
        // Another token with the same id says the same.
        let again = scene.peer.logout_token("session-1", |_| ());
        obeyed(&tell(&scene.server, &again).await);
        let id = crate::harness::forger::claims(&again)["jti"].clone();
        let same = scene.peer.logout_token("session-2", |it| it.claims["jti"] = id);
        refused(&tell(&scene.server, &same).await, "Token already processed");
    }

    async fn whose_sessions_end(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let twin = scene.server.twin().await;
        let cases: &[(&str, Change, [bool; 4])] = &[
            // Who stays: ada at session 1, ada at session 2, ada without a session id, eve.
            ("sid alone", |it| it.without("sub"), [false, true, true, true]),
            ("sub and sid", |_| (), [false, true, false, true]),
            ("sub alone", |it| it.without("sid"), [false, false, false, true]),
            ("an unknown sub", |it| {
                it.claims["sub"] = json!("nobody");
                it.without("sid");
            }, [true, true, true, true]),
            ("an unknown sid", |it| {
                it.claims["sid"] = json!("nothing");
                it.without("sub");
            }, [true, true, true, true]),
            ("the sid of somebody else", |it| it.claims["sub"] = json!("eve"), [true, true, true, true]),
        ];
        for (name, change, stays) in cases {
            let mut browsers: Vec<Browser> = Vec::new();
            let mut sids = Vec::new();
            for (who, has_sid) in [("sub-xanthippe", true), ("sub-xanthippe", true), ("sub-xanthippe", false), ("eve", true)] {
                scene.peer.be_honest();
                if !has_sid {
                    scene.peer.id_token(|it| it.without("sid"));
                }
                scene.peer.person(&person(who));
                browsers.push(scene.signed_in().await);
                sids.push(format!("session-{}", scene.peer.received(Endpoint::Authorization).len()));
            }
            scene.peer.person(&person("sub-xanthippe"));
            obeyed(&tell(&twin, &scene.peer.logout_token(&sids[0], change)).await);
            for (browser, stays) in browsers.iter().zip(stays) {
                assert_eq!(scene.knows(browser).await, *stays, "{name}");
            }
            database.execute("DELETE FROM session", []).await;
        }
    }

    // Another provider's word about a person of the same subject is no word about ours.
    async fn the_same_subject_at_another_provider(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let ada = scene.signed_in().await;
        let other = Scene::new(&database, json!({})).await;
        obeyed(&tell(&other.server, &other.peer.logout_token("session-1", |_| ())).await);
        assert!(scene.knows(&ada).await);
        refused(&tell(&scene.server, &other.peer.logout_token("session-1", |_| ())).await, "Invalid logout token");
        assert!(scene.knows(&ada).await);
    }

    async fn keys_that_cannot_be_had(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        let token = scene.peer.logout_token("session-1", |_| ());
        let unavailable = |answer: &Answer| {
            assert_eq!((answer.status, &*answer.code()), (503, "provider_unavailable"), "{answer}");
            assert_eq!(answer.header("retry-after"), "10", "{answer}");
            assert_eq!(answer.json()["code"], "provider_unavailable");
        };
        scene.peer.stop().await;
        unavailable(&tell(&scene.server, &token).await);
        scene.peer.resume().await;
        scene.peer.reply(Endpoint::Jwks, |reply| reply.fail(500, &json!({})));
        database.clock.advance(Duration::from_secs(10));
        unavailable(&tell(&scene.server, &token).await);
        scene.peer.be_honest();
        database.clock.advance(Duration::from_secs(10));
        // It was not burned.
        obeyed(&tell(&scene.server, &token).await);
    }
}
