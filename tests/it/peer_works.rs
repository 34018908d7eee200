//! The scripted provider is honest until told otherwise, and then does what it was told.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::Algorithm;
use jsonwebtoken::jwk::JwkSet;
use parloir::base::Clock;
use serde_json::{Value, json};

use crate::harness::START;
use crate::harness::forger::claims;
use crate::peer::{CLIENT_ID, CLIENT_SECRET, Endpoint, Key, Manner, Peer, Seal, open};
use crate::provider::relying_party::{RelyingParty, verified};
use crate::provider::{Browser, Page};

/// Runs a test that needs no database, with an honest peer and a client of it.
fn run<F: Future<Output = ()>>(body: impl FnOnce(Peer, RelyingParty) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let peer = Peer::start(&Clock::manual(START)).await;
        let party = RelyingParty::of(peer.issuer(), CLIENT_ID).await;
        body(peer, party).await;
    });
}

async fn callback(party: &RelyingParty) -> Page {
    Browser::new().visit(party.start(&[])).await
}

async fn id_token(party: &RelyingParty) -> String {
    let tokens = party.redeem(&callback(party).await).await;
    tokens["id_token"].as_str().unwrap_or_else(|| panic!("{tokens}")).to_owned()
}

#[test]
fn it_is_honest() {
    run(|peer, party| async move {
        let page = callback(&party).await;
        assert_eq!((page.answer.status, &*page.parameter("iss")), (200, peer.issuer()));
        let tokens = party.redeem(&page).await;
        let token = tokens["id_token"].as_str().unwrap();
        let claims = verified(token, Algorithm::ES256, &party.jwks().await).unwrap();
        let now = START.as_seconds();
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(peer.issuer()), &json!(CLIENT_ID)));
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(now), &json!(now + 3600)));
        assert_eq!((&claims["nonce"], &claims["sid"]), (&json!("the nonce"), &json!("session-1")));
        assert_eq!(party.redeem(&page).await, json!({ "error": "invalid_grant" }), "a code works once");

        let (content_type, info) = party.userinfo(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(content_type, "application/json");
        assert_eq!(serde_json::from_str::<Value>(&info).unwrap()["sub"], "ada");
        assert!(party.userinfo("another").await.1.contains("invalid_token"));

        peer.person(&json!({ "sub": "eve" }));
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", "a refresh token")];
        let (status, tokens) = party.post("token", &refresh).await;
        assert_eq!((status, &claims_of(&tokens)["sub"]), (200, &json!("eve")));
        assert_eq!(claims_of(&tokens)["nonce"], Value::Null);

        let page = Browser::new().visit(party.end(token)).await;
        assert_eq!((page.answer.text(), &*page.parameter("state")), ("signed out", "the state"));
        let asked = peer.received(Endpoint::EndSession);
        assert_eq!((asked.len(), asked[0].parameters["id_token_hint"].as_str()), (1, token));
        assert!(asked[0].headers.contains_key("host"));
    });
}

fn claims_of(tokens: &Value) -> Value {
    claims(tokens["id_token"].as_str().unwrap())
}

#[test]
fn it_signs_with_every_algorithm() {
    run(|peer, party| async move {
        let keys = [Key::rsa("r"), Key::ec("e"), Key::okp("o"), Key::secret("s", CLIENT_SECRET.as_bytes())];
        let algorithms = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA, Algorithm::HS256];
        for (key, algorithm) in keys.into_iter().zip(algorithms) {
            peer.sign_with(&Arc::new(key));
            let token = id_token(&party).await;
            let jwks = party.jwks().await;
            assert_eq!(jwks.keys.len(), usize::from(algorithm != Algorithm::HS256), "a secret is not published");
            verified(&token, algorithm, &jwks).unwrap();
        }
        peer.sign_with(&Arc::new(Key::rsa("r")));
        peer.id_token(|token| token.header["alg"] = json!("PS256"));
        verified(&id_token(&party).await, Algorithm::PS256, &party.jwks().await).unwrap();
    });
}

#[test]
fn it_lies_in_a_token() {
    run(|peer, party| async move {
        let jwks = party.jwks().await;
        let refused = async |jwks: &JwkSet| verified(&id_token(&party).await, Algorithm::ES256, jwks).unwrap_err();
        peer.id_token(|token| {
            token.claims["aud"] = json!(["another", CLIENT_ID]);
            token.without("exp");
        });
        let token = id_token(&party).await;
        let read = verified(&token, Algorithm::ES256, &jwks).unwrap();
        assert_eq!((&read["aud"], &read["exp"]), (&json!(["another", CLIENT_ID]), &Value::Null));

        let foreign = Arc::new(Key::ec("first"));
        peer.id_token(move |token| token.key = Arc::clone(&foreign));
        assert_eq!(refused(&jwks).await, "InvalidSignature");
        let unknown = Arc::new(Key::ec("second"));
        peer.id_token(move |token| token.sign_with(&unknown));
        assert_eq!(refused(&jwks).await, "unknown kid");
        peer.id_token(|token| token.sign_with(&Arc::new(Key::nothing())));
        let token = id_token(&party).await;
        assert!(token.ends_with('.'), "nothing signs it: {token}");

        // HS256 with the public key as the secret.
        let key = Arc::new(Key::rsa("r"));
        peer.sign_with(&key);
        let secret = key.public_pem();
        peer.id_token(move |token| token.sign_with(&Arc::new(Key::secret("r", secret.as_bytes()))));
        let token = id_token(&party).await;
        let confused = jsonwebtoken::DecodingKey::from_secret(key.public_pem().as_bytes());
        let mut validation = jsonwebtoken::Validation::new(Algorithm::HS256);
        (validation.validate_exp, validation.validate_aud) = (false, false);
        jsonwebtoken::decode::<Value>(&token, &confused, &validation).unwrap();

        peer.be_honest();
        verified(&id_token(&party).await, Algorithm::RS256, &party.jwks().await).unwrap();
    });
}

#[test]
fn it_encrypts_in_every_way() {
    run(|peer, party| async move {
        let (rsa, ec) = (Arc::new(Key::rsa("rsa")), Arc::new(Key::ec("ec")));
        let jwks = party.jwks().await;
        let algs = [("RSA-OAEP", &rsa), ("RSA-OAEP-256", &rsa), ("ECDH-ES", &ec), ("ECDH-ES+A256KW", &ec)];
        for ((alg, key), enc) in algs.into_iter().flat_map(|alg| [(alg, "A256GCM"), (alg, "A128CBC-HS256")]) {
            let seal = Seal::to(&key.public(), alg, enc);
            peer.id_token(move |token| token.sealed = Some(seal.clone()));
            let (header, token) = open(&id_token(&party).await, key);
            assert_eq!((&header["alg"], &header["enc"], &header["cty"]), (&json!(alg), &json!(enc), &json!("JWT")));
            assert_eq!(header["kid"], key.kid);
            verified(&token, Algorithm::ES256, &jwks).unwrap();
        }
    });
}

#[test]
fn userinfo_takes_every_form() {
    run(|peer, party| async move {
        let key = Arc::new(Key::ec("ours"));
        let jwks = party.jwks().await;
        let access_token = "an-access-token";
        peer.signed_userinfo(|token| token.claims["sub"] = json!("eve"));
        let (content_type, text) = party.userinfo(access_token).await;
        let claims = verified(&text, Algorithm::ES256, &jwks).unwrap();
        assert_eq!(
            (&*content_type, &claims["sub"], &claims["aud"]),
            ("application/jwt", &json!("eve"), &json!(CLIENT_ID))
        );

        let mut seal = Seal::to(&key.public(), "ECDH-ES", "A256GCM");
        let nested = seal.clone();
        peer.signed_userinfo(move |token| token.sealed = Some(nested.clone()));
        let (_, text) = open(&party.userinfo(access_token).await.1, &key);
        verified(&text, Algorithm::ES256, &jwks).unwrap();

        seal.header.insert("zip".to_owned(), json!("DEF"));
        seal.header.insert("kid".to_owned(), Value::Null);
        peer.userinfo(move |token| token.sealed = Some(seal.clone()));
        let (content_type, text) = party.userinfo(access_token).await;
        let (header, text) = open(&text, &key);
        assert_eq!((&*content_type, &header["zip"], &header["kid"]), ("application/jwt", &json!("DEF"), &Value::Null));
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["email"], "ada@example.org");
    });
}

#[test]
fn it_introspects_and_signs_people_out() {
    run(|peer, party| async move {
        let jwks = party.jwks().await;
        let jwt = "application/token-introspection+jwt";
        let (content_type, text) = party.introspect("a token", jwt).await;
        let claims = verified(&text, Algorithm::ES256, &jwks).unwrap();
        assert_eq!((&*content_type, &claims["token_introspection"]["active"]), (jwt, &json!(true)));
        peer.introspection(|token| token.claims["active"] = json!("false"));
        let (content_type, text) = party.introspect("a token", "application/json").await;
        assert_eq!(content_type, "application/json");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["active"], "false");
        assert_eq!(peer.received(Endpoint::Introspection)[0].parameters["token"], "a token");

        let token = peer.logout_token("session-1", |token| token.without("sub"));
        let claims = verified(&token, Algorithm::ES256, &jwks).unwrap();
        assert_eq!(
            (&claims["sid"], &claims["sub"], &claims["jti"]),
            (&json!("session-1"), &Value::Null, &json!("logout-1"))
        );
        assert_eq!(jsonwebtoken::decode_header(&token).unwrap().typ.as_deref(), Some("logout+jwt"));
    });
}

#[test]
fn it_answers_badly() {
    run(|peer, party| async move {
        peer.callback(|answer| {
            answer.insert("iss".to_owned(), "https://evil.example.org".to_owned());
            answer.remove("code");
        });
        let page = callback(&party).await;
        assert_eq!((&*page.parameter("iss"), &*page.parameter("code")), ("https://evil.example.org", ""));
        peer.be_honest();

        peer.reply(Endpoint::Token, |reply| reply.fail(503, &json!({ "error": "down" })));
        assert_eq!(party.post("token", &[]).await, (503, json!({ "error": "down" })));
        peer.reply(Endpoint::Discovery, |reply| reply.edit(|body| body["issuer"] = json!("https://evil.example.org")));
        let get = async |path: &str| reqwest::get(format!("{}{path}", peer.issuer())).await;
        let discovery = get("/.well-known/openid-configuration").await.unwrap();
        assert_eq!(discovery.json::<Value>().await.unwrap()["issuer"], "https://evil.example.org");

        peer.reply(Endpoint::Jwks, |reply| {
            reply.delay = Duration::from_millis(200);
            reply.set_header("content-type", "text/html");
        });
        let started = std::time::Instant::now();
        assert_eq!(get("/jwks").await.unwrap().headers()["content-type"], "text/html");
        assert!(started.elapsed() >= Duration::from_millis(200));
        peer.reply(Endpoint::Jwks, |reply| reply.manner = Manner::Cut);
        assert!(get("/jwks").await.unwrap().bytes().await.is_err());
        peer.reply(Endpoint::Jwks, |reply| reply.manner = Manner::Stall);
        let stalled = get("/jwks").await.unwrap().bytes();
        assert!(tokio::time::timeout(Duration::from_millis(300), stalled).await.is_err());
        peer.reply(Endpoint::Jwks, |reply| reply.manner = Manner::Endless);
        let mut endless = get("/jwks").await.unwrap();
        let mut read = 0;
        while read < 1_000_000 {
            read += endless.chunk().await.unwrap().unwrap().len();
        }

        peer.stop().await;
        assert!(get("/jwks").await.unwrap_err().is_connect());
        peer.resume().await;
        peer.be_honest();
        assert_eq!(get("/jwks").await.unwrap().status(), 200);
        assert_eq!(get("/nothing").await.unwrap().status(), 404);
    });
}
