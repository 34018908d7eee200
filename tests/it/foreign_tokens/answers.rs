//! What no honest provider answers: each is refused as what it is, the token's fault as 401, ours or the provider's as 503.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{INVALID, ROOMS, Stage, facts, file};
use crate::harness::{Database, on_sqlite};
use crate::peer::{Endpoint, Key, Manner, Reply, Seal, Token};

const BAD_TOKEN: (u16, &str, &str) = (401, "invalid_token", "Invalid token.");
const EXPIRED: (u16, &str, &str) = (401, "invalid_token", "Token expired.");
const NOBODY: (u16, &str, &str) = (401, "invalid_token", "Login failed");
const WRONG: (u16, &str, &str) = (503, "provider_error", "The identity provider's answer cannot be accepted.");
const DOWN: (u16, &str, &str) = (503, "provider_unavailable", "The identity provider does not answer.");

type Lie = fn(&mut Token);

/// Status, code and text of a refusal.
type Refusal = (u16, &'static str, &'static str);

/// A case: what is done to the reply, the refusal, and its cause in the log.
type Spoilt = (&'static str, fn(&mut Reply), Refusal, &'static str);

/// A case: what is done to the token and to its encryption, and the cause in the log.
type Tampered = (&'static str, fn(&mut Token, &mut Seal), &'static str);

/// Longer than a provider in trouble is left alone, and than its keys are believed to be all.
const PAUSE: Duration = Duration::from_secs(11);

/// What of an answer is wrong in every form: the member, and the refusal with its cause.
fn members(now: i64) -> Vec<(Value, Refusal, &'static str)> {
    vec![
        (json!({ "active": false }), BAD_TOKEN, ""),
        (json!({ "active": "true" }), WRONG, "active is not said"),
        (json!({ "active": "false" }), WRONG, "active is not said"),
        (json!({ "active": 1 }), WRONG, "active is not said"),
        (json!({ "active": null }), WRONG, "active is not said"),
        (json!({ "scope": ["rooms:list"] }), WRONG, "an unusable scope"),
        (json!({ "scope": 7 }), WRONG, "an unusable scope"),
        (json!({ "client_id": null }), BAD_TOKEN, ""),
        (json!({ "client_id": "" }), BAD_TOKEN, ""),
        (json!({ "client_id": 7 }), BAD_TOKEN, ""),
        (json!({ "client_id": ["calendar", 7] }), BAD_TOKEN, ""),
        (json!({ "client_id": "calenda" }), BAD_TOKEN, ""),
        (json!({ "client_id": "Calendar" }), BAD_TOKEN, ""),
        (json!({ "sub": null }), NOBODY, ""),
        (json!({ "sub": 7 }), WRONG, "no subject"),
        (json!({ "sub": "" }), BAD_TOKEN, ""),
        (json!({ "iss": "https://evil.example.org" }), BAD_TOKEN, ""),
        (json!({ "iss": 7 }), WRONG, "no issuer"),
        (json!({ "exp": now - 1 }), EXPIRED, ""),
        (json!({ "exp": now }), EXPIRED, ""),
        (json!({ "exp": "soon" }), WRONG, "no expiry"),
        (json!({ "nbf": now + 3600 }), BAD_TOKEN, ""),
        (json!({ "iat": now + 3600 }), BAD_TOKEN, ""),
        (json!({ "iat": [] }), WRONG, "no time of issue"),
        (json!({ "token_type": "DPoP" }), BAD_TOKEN, ""),
        (json!({ "cnf": { "jkt": "0" } }), BAD_TOKEN, ""),
    ]
}

async fn refuses_members(stage: &Stage) {
    // Times are relative to a clock that each case moves.
    for number in 0..members(0).len() {
        stage.server.clock.advance(PAUSE);
        let now = stage.server.clock.now().as_seconds();
        let (changes, expected, cause) = members(now).swap_remove(number);
        stage.says(changes.clone());
        stage.refuses(&changes.to_string(), expected, cause, 1).await;
    }
    stage.server.clock.advance(PAUSE);
    for honest in [
        json!({ "iss": null, "exp": null, "iat": null, "token_type": null }),
        json!({ "client_id": ["other", "calendar"] }),
    ] {
        stage.says(honest);
        stage.list(&stage.token()).await.expect(200);
    }
}

async fn refuses_lies(stage: &Stage, lies: &[(&str, Lie, &str)]) {
    for (name, lie, cause) in lies {
        stage.server.clock.advance(PAUSE);
        stage.lies(*lie);
        stage.refuses(name, WRONG, cause, 1).await;
    }
    stage.server.clock.advance(PAUSE);
    stage.says(json!({}));
    stage.list(&stage.token()).await.expect(200);
}

#[test]
fn json_answers() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        refuses_members(&stage).await;
        let lies: &[(&str, Lie, &str)] = &[
            ("a list", |it| it.claims = json!([it.claims.clone()]), "claims are no object"),
            ("signed, called JSON", |it| it.signed = true, "claims are no object"),
        ];
        refuses_lies(&stage, lies).await;
        let asked = stage.peer.received(Endpoint::Introspection).pop().unwrap();
        assert_eq!(asked.headers["accept"], "application/json");
        assert_eq!(asked.headers["content-type"], "application/x-www-form-urlencoded");
        assert!(!asked.headers.contains_key("authorization"));
        let mut names: Vec<_> = asked.parameters.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["client_id", "client_secret", "token"]);
    });
}

#[test]
fn answers_that_are_none() {
    let replies: &[Spoilt] = &[
        ("our secret is wrong", |it| it.fail(401, &json!({ "error": "invalid_client" })), WRONG, "credentials"),
        ("we may not ask", |it| it.fail(403, &json!({})), WRONG, "credentials"),
        (
            "our secret is wrong, with 400",
            |it| it.fail(400, &json!({ "error": "invalid_client" })),
            WRONG,
            "credentials",
        ),
        ("a bad request", |it| it.fail(400, &json!({ "error": "invalid_request" })), WRONG, "the provider answers 400"),
        ("nothing there", |it| it.fail(404, &json!({})), WRONG, "the provider answers 404"),
        ("another success", |it| it.status = 201, WRONG, "the provider answers 201"),
        ("broken", |it| it.fail(500, &json!({})), DOWN, "the provider answers 500"),
        ("behind something broken", |it| it.fail(502, &json!({})), DOWN, "the provider answers 502"),
        ("too often", |it| it.fail(429, &json!({})), DOWN, "the provider answers 429"),
        (
            "a redirect",
            |it| {
                it.status = 307;
                it.set_header("location", "https://evil.example.org/");
            },
            DOWN,
            "a redirect",
        ),
        ("no media type", |it| it.headers.clear(), WRONG, "another media type"),
        ("a page", |it| it.set_header("content-type", "text/html"), WRONG, "another media type"),
        (
            "a token's media type",
            |it| it.set_header("content-type", "application/token-introspection+jwt"),
            WRONG,
            "not JSON",
        ),
        ("nothing in it", |it| it.body.clear(), WRONG, "claims are no object"),
        ("a member twice", |it| it.body = br#"{"active":false,"active":true}"#.to_vec(), WRONG, "claims are no object"),
        ("cut off", |it| it.manner = Manner::Cut, DOWN, "broke off"),
        ("never ending", |it| it.manner = Manner::Endless, DOWN, "too long"),
        ("standing still", |it| it.manner = Manner::Stall, DOWN, "no answer in time"),
        ("slow", |it| it.delay = Duration::from_secs(3), DOWN, "no answer in time"),
    ];
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        for (name, change, expected, cause) in replies {
            stage.server.clock.advance(PAUSE);
            stage.peer.reply(Endpoint::Introspection, *change);
            stage.refuses(name, *expected, cause, 1).await;
        }
        stage.server.clock.advance(PAUSE);
        stage
            .peer
            .reply(Endpoint::Introspection, |it| it.set_header("content-type", "application/json; charset=utf-8"));
        stage.list(&stage.token()).await.expect(200);
    });
}

#[test]
fn signed_answers() {
    let lies: &[(&str, Lie, &str)] = &[
        ("another key of that name", |it| it.key = Arc::new(Key::ec("first")), "a wrong signature"),
        ("a key of another name", |it| it.sign_with(&Arc::new(Key::ec("second"))), "an unknown key"),
        ("no signature", |it| it.sign_with(&Arc::new(Key::nothing())), "another signature algorithm"),
        ("another algorithm", |it| it.sign_with(&Arc::new(Key::okp("first"))), "another signature algorithm"),
        ("a critical extension", |it| it.header["crit"] = json!(["b64"]), "a critical extension"),
        ("another kind", |it| it.header["typ"] = json!("at+jwt"), "another kind of token"),
        ("no kind", |it| it.header = json!({ "alg": "ES256", "kid": "first" }), "another kind of token"),
        ("another issuer", |it| it.claims["iss"] = json!("https://evil.example.org"), "another issuer"),
        ("no issuer", |it| it.without("iss"), "no issuer"),
        ("another audience", |it| it.claims["aud"] = json!("calendar"), "another audience"),
        ("no audience", |it| it.without("aud"), "no audience"),
        ("no time", |it| it.without("iat"), "no time of issue"),
        ("made later", |it| it.claims["iat"] = json!(4_000_000_000_u64), "issued in the future"),
        ("over", |it| it.claims["exp"] = json!(1_000_000_000), "expired"),
        ("not begun", |it| it.claims["nbf"] = json!(4_000_000_000_u64), "not yet valid"),
        ("nothing about the token", |it| it.without("token_introspection"), "no introspection"),
        ("a text about the token", |it| it.claims["token_introspection"] = json!("{}"), "no introspection"),
        ("as JSON", |it| it.signed = false, "malformed"),
    ];
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.response", "signed")]).await;
        refuses_members(&stage).await;
        refuses_lies(&stage, lies).await;
        stage.server.clock.advance(PAUSE);
        stage.peer.reply(Endpoint::Introspection, |it| it.set_header("content-type", "application/json"));
        stage.refuses("called JSON", WRONG, "not signed", 1).await;
        stage.peer.be_honest();
        stage.says(json!({}));
        stage.server.clock.advance(PAUSE);
        stage.list(&stage.token()).await.expect(200);
        let asked = stage.peer.received(Endpoint::Introspection).pop().unwrap();
        assert_eq!(asked.headers["accept"], "application/token-introspection+jwt");

        // Its keys cannot be had.
        let stage = Stage::with(&database, &[("resource_server.response", "signed")]).await;
        stage.peer.reply(Endpoint::Jwks, |it| it.fail(500, &json!({})));
        stage.refuses("no keys", DOWN, "keys cannot be had", 1).await;
    });
}

#[test]
fn encrypted_answers() {
    on_sqlite(async |database: Database| {
        let ours = Key::ec("ours");
        let files = file(&database, &ours, "ours.pem");
        let stage = Stage::with(
            &database,
            &[
                ("resource_server.response", "encrypted"),
                ("resource_server.introspection_encrypted_response_alg", "ECDH-ES"),
                ("resource_server.decryption_key_files", &*files),
            ],
        )
        .await;
        let mut public = ours.public();
        public.as_object_mut().unwrap().shift_remove("kid");
        let seal = Seal::to(&public, "ECDH-ES", "A256GCM");
        let sealed = |change: fn(&mut Token, &mut Seal)| {
            let seal = seal.clone();
            move |token: &mut Token| {
                let mut seal = seal.clone();
                change(token, &mut seal);
                token.sealed = Some(seal);
            }
        };
        stage.lies(sealed(|_, _| ()));
        stage.list(&stage.token()).await.expect(200);
        stage.lies(sealed(|token, _| facts(token)["active"] = json!(false)));
        stage.refuses("inactive", BAD_TOKEN, "", 1).await;
        let cases: &[Tampered] = &[
            ("to somebody else", |_, seal| seal.recipient = Key::ec("theirs").public(), "cannot be decrypted"),
            (
                "compressed",
                |_, seal| {
                    seal.header.insert("zip".to_owned(), json!("DEF"));
                },
                "cannot be decrypted",
            ),
            ("another cipher", |_, seal| seal.enc = "A128CBC-HS256", "cannot be decrypted"),
            ("another way", |_, seal| seal.alg = "ECDH-ES+A256KW", "cannot be decrypted"),
            (
                "another way than it says",
                |_, seal| {
                    seal.header.insert("alg".to_owned(), json!("RSA-OAEP"));
                },
                "cannot be decrypted",
            ),
            ("nobody signed it", |token, _| token.signed = false, "not signed"),
            ("somebody else signed it", |token, _| token.key = Arc::new(Key::ec("first")), "a wrong signature"),
            ("another issuer", |token, _| token.claims["iss"] = json!("https://evil.example.org"), "another issuer"),
        ];
        for (name, change, cause) in cases {
            stage.server.clock.advance(PAUSE);
            stage.lies(sealed(*change));
            stage.refuses(name, WRONG, cause, 1).await;
        }
        stage.says(json!({}));
        stage.refuses("only signed", WRONG, "not encrypted", 1).await;
        let flip = |octets: &mut Vec<u8>| {
            let last = octets.len() - 4;
            octets[last] = if octets[last] == b'A' { b'B' } else { b'A' };
        };
        stage.lies(sealed(|_, _| ()));
        stage.peer.reply(Endpoint::Introspection, move |it| flip(&mut it.body));
        stage.refuses("tampered with", WRONG, "cannot be decrypted", 1).await;
    });
}

/// Keys are looked for again when an answer names one that is unknown.
#[test]
fn the_provider_signs_with_a_new_key() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[("resource_server.response", "signed")]).await;
        stage.list(&stage.token()).await.expect(200);
        stage.server.clock.advance(PAUSE);
        stage.peer.sign_with(&Arc::new(Key::ec("second")));
        stage.list(&stage.token()).await.expect(200);
        stage.list(&stage.token()).await.expect(200);
        assert_eq!((stage.asked(), stage.peer.received(Endpoint::Jwks).len()), (3, 2));
    });
}

/// Texts that can be no token are not asked about.
#[test]
fn what_nobody_made_as_a_token() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        for text in ["é", "tok\u{200b}en", &"a".repeat(8193)] {
            let answer =
                stage.server.anonymous().get(ROOMS).header("authorization", format!("Bearer {text}")).send().await;
            assert_eq!(answer.header("www-authenticate"), INVALID, "{answer}");
            answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token." }));
        }
        assert_eq!(stage.asked(), 0);
        stage.list(&"a".repeat(8192)).await.expect(200);
        assert_eq!(stage.asked(), 1);
    });
}
