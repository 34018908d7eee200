//! Tokens that the server did not make, or that are not for it.

use std::time::Duration;

use aws_lc_rs::hmac;
use serde_json::{Value, json};

use crate::harness::forger::{claims, encode, unsigned};
use crate::harness::{Answer, Application, Forger, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";

async fn use_it(server: &Server, token: &str) -> Answer {
    server.anonymous().with_token(token).get(ROOMS).send().await
}

fn assert_refused(answer: Answer, code: &str, text: &str) {
    assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
    answer.expect_refusal(401, code, &json!({ "detail": text }));
}

async fn assert_invalid(server: &Server, token: &str) {
    assert_refused(use_it(server, token).await, "invalid_token", "Invalid token.");
}

/// `object` with `changes`; a null removes.
fn changed(object: &Value, changes: &Value) -> Value {
    let mut object = object.clone();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => object.as_object_mut().unwrap().remove(name),
            value => object.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    object
}

/// An application, the claims of an honest token of it, and the key.
async fn ready(server: &Server) -> (Application, Value, Forger) {
    server.account("ada@example.org").await;
    let application = server.application("rooms:list", &["example.org"]).await;
    let honest = claims(&application.token_for("ada@example.org").await);
    (application, honest, Forger::with_key_of(server).await)
}

on_both! {
    async fn signatures_and_headers(server: Server) {
        let (_, honest, owner) = ready(&server).await;
        use_it(&server, &owner.sign(&honest)).await.expect(200);
        let thief = Forger::in_the_name_of(&owner);
        assert_invalid(&server, &thief.sign(&honest)).await;

        let under = |changes: Value| changed(&owner.header(), &changes);
        for header in [under(json!({ "typ": "AT+JWT" })), under(json!({ "typ": "application/at+jwt" }))] {
            use_it(&server, &owner.sign_under(&header, &honest)).await.expect(200);
        }
        for changes in [
            json!({ "typ": null }),
            json!({ "typ": "JWT" }),
            json!({ "typ": "id_token" }),
            json!({ "typ": 1 }),
            json!({ "kid": null }),
            json!({ "kid": "unknown" }),
            json!({ "kid": 1 }),
            json!({ "kid": "../../etc/passwd" }),
            json!({ "alg": null }),
            json!({ "alg": "none" }),
            json!({ "alg": "None" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "ES256" }),
            json!({ "alg": "RS256" }),
            json!({ "alg": "XX" }),
            json!({ "alg": ["EdDSA"] }),
        ] {
            assert_invalid(&server, &owner.sign_under(&under(changes), &honest)).await;
        }
        // What a token says of keys is not looked at: neither a key that it brings nor an address of one.
        let own = |changes: Value| thief.sign_under(&changed(&thief.header(), &changes), &honest);
        for changes in [
            json!({ "jwk": thief.jwk() }),
            json!({ "jwk": thief.jwk(), "kid": null }),
            json!({ "jku": format!("http://{}/.well-known/jwks.json", server.address()), "kid": "mine" }),
            json!({ "x5u": "https://evil.example.net/key.pem" }),
        ] {
            assert_invalid(&server, &own(changes)).await;
        }
        // An extension that must be understood is not (RFC 7515 §4.1.11).
        assert_invalid(&server, &owner.sign_under(&under(json!({ "crit": ["exp"] })), &honest)).await;
    }

    async fn other_algorithms_with_the_public_key(server: Server) {
        let (_, honest, owner) = ready(&server).await;
        for alg in ["none", "NONE", "nOnE", ""] {
            let message = unsigned(&changed(&owner.header(), &json!({ "alg": alg })), &honest);
            assert_invalid(&server, &format!("{message}.")).await;
            assert_invalid(&server, &message).await;
        }
        let message = unsigned(&changed(&owner.header(), &json!({ "alg": "HS256" })), &honest);
        let jwk = owner.jwk();
        for secret in
            [owner.public_key().to_vec(), jwk["x"].as_str().unwrap().into(), jwk.to_string().into_bytes(), Vec::new()]
        {
            let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
            assert_invalid(&server, &format!("{message}.{}", encode(signature.as_ref()))).await;
        }
    }

    async fn what_was_changed_after_signing(server: Server) {
        let (_, honest, owner) = ready(&server).await;
        let token = owner.sign(&honest);
        let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let more = encode(changed(&honest, &json!({ "scope": "rooms:list rooms:create" })).to_string().as_bytes());
        for changed in [
            format!("{header}.{more}.{signature}"),
            format!("{header}.{payload}.{}", &signature[..signature.len() - 2]),
            format!("{header}.{payload}.{signature}="),
            format!("{header}.{payload}."),
            format!("{header}.{payload}"),
            format!("{header}.{payload}.{signature}.{signature}"),
            format!("{header}..{signature}"),
            format!(".{payload}.{signature}"),
            payload.to_owned(),
            "..".to_owned(),
            "nonsense".to_owned(),
            "é".to_owned(),
            "a".repeat(4000),
            // A client's secret, or a key, is no token.
            "prl_cs_0123456789".to_owned(),
        ] {
            assert_invalid(&server, &changed).await;
        }
    }

    async fn claims_that_must_be_there(server: Server) {
        let (_, honest, owner) = ready(&server).await;
        for claim in ["iss", "aud", "sub", "iat", "exp", "jti"] {
            let mut without = json!({});
            without[claim] = Value::Null;
            assert_invalid(&server, &owner.sign(&changed(&honest, &without))).await;
        }
        for changes in [
            json!({ "iss": "https://evil.example.net" }),
            json!({ "iss": format!("{}/", server.public_url()) }),
            json!({ "iss": 1 }),
            json!({ "aud": server.public_url() }),
            json!({ "aud": "https://evil.example.net/external-api/v1.0" }),
            json!({ "aud": ["https://evil.example.net"] }),
            json!({ "jti": "not a UUID" }),
            json!({ "iat": "now" }),
            json!({ "exp": "never" }),
            json!({ "scope": ["rooms:list"] }),
            json!({ "iat": 1_768_478_401 }),
        ] {
            assert_invalid(&server, &owner.sign(&changed(&honest, &changes))).await;
        }
        for payload in [json!([]), json!("x"), json!(null)] {
            assert_invalid(&server, &owner.sign(&payload)).await;
        }
    }

    async fn the_last_second(server: Server) {
        let (application, _, owner) = ready(&server).await;
        let token = application.token_for("ada@example.org").await;
        server.clock.advance(Duration::from_micros(3_599_999_999));
        use_it(&server, &token).await.expect(200);
        server.clock.advance(Duration::from_micros(1));
        assert_refused(use_it(&server, &token).await, "invalid_token", "Token expired.");
        // Whatever else is wrong with it comes after.
        let expired = claims(&token);
        for changes in
            [json!({ "aud": "https://evil.example.net" }), json!({ "iss": "x" }), json!({ "client_id": null })]
        {
            let token = owner.sign(&changed(&expired, &changes));
            assert_refused(use_it(&server, &token).await, "invalid_token", "Token expired.");
        }
    }

    async fn who_acts_for_whom_in_order(server: Server) {
        let (application, honest, owner) = ready(&server).await;
        let gone = server.application("rooms:list", &["*"]).await;
        server.applications.set_active(&gone.client_id, false, parloir::audit::Actor::Operator).await.unwrap();
        let nobody = "0190b0de-0000-7000-8000-000000000000";
        let (claims, kind) = ("Invalid token claims.", "Invalid token type.");
        for (changes, code, text) in [
            (json!({ "client_id": null }), "invalid_token", claims),
            (json!({ "client_id": "" }), "invalid_token", claims),
            (json!({ "client_id": 5 }), "invalid_token", claims),
            (json!({ "client_id": null, "delegated": false, "user_id": nobody }), "invalid_token", claims),
            (
                json!({ "client_id": "prl_ci_nobody", "delegated": false }),
                "application_not_found",
                "Application not found.",
            ),
            (
                json!({ "client_id": gone.client_id, "delegated": false }),
                "application_inactive",
                "Application is disabled.",
            ),
            (json!({ "delegated": null }), "invalid_token", kind),
            (json!({ "delegated": false, "user_id": "" }), "invalid_token", kind),
            (json!({ "delegated": "true" }), "invalid_token", kind),
            (json!({ "user_id": null }), "invalid_token", claims),
            (json!({ "user_id": "" }), "invalid_token", claims),
            (json!({ "user_id": nobody, "gen": null }), "user_not_found", "User not found."),
            (json!({ "user_id": "not a UUID" }), "user_not_found", "User not found."),
            (json!({ "user_id": application.id }), "user_not_found", "User not found."),
            (json!({ "gen": null }), "token_revoked", "Token has been revoked."),
            (json!({ "gen": [0, 0] }), "token_revoked", "Token has been revoked."),
            (json!({ "gen": [0, 1, 0] }), "token_revoked", "Token has been revoked."),
            (json!({ "gen": [1, 0, 0] }), "token_revoked", "Token has been revoked."),
        ] {
            assert_refused(use_it(&server, &owner.sign(&changed(&honest, &changes))).await, code, text);
        }
    }

    async fn what_a_token_allows(server: Server) {
        let (_, honest, owner) = ready(&server).await;
        let none = json!({ "detail": "Insufficient permissions." });
        for scope in [json!(null), json!(""), json!("  "), json!("rooms:everything"), json!("rooms:create")] {
            // The last one is a scope, but the application does not have it (any more).
            let answer = use_it(&server, &owner.sign(&changed(&honest, &json!({ "scope": scope })))).await;
            assert_eq!(answer.header("www-authenticate"), "");
            answer.expect_refusal(403, "insufficient_scope", &none);
        }
        for scope in [json!("Rooms:List"), json!(" rooms:create  rooms:list x"), json!("rooms:list rooms:list")] {
            use_it(&server, &owner.sign(&changed(&honest, &json!({ "scope": scope })))).await.expect(200);
        }
    }
}
