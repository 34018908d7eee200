//! What stands in a token, read as somebody does who has nothing but the public keys.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode, decode_header};
use serde_json::{Value, json};

use crate::harness::{Answer, Client, Database, Server, on_both};

const KEYS: &str = "/.well-known/jwks.json";

/// Verifies a token as a third party does: by the key of its `kid`, with that key's algorithm, for that issuer and
/// audience.
async fn verified(server: &Server, client: &Client, token: &str) -> TokenData<Value> {
    let keys: JwkSet = serde_json::from_value(client.get(KEYS).expect(200).await.json()).unwrap();
    let header = decode_header(token).unwrap();
    let key = keys.find(header.kid.as_ref().unwrap()).unwrap();
    let algorithm: Algorithm = key.common.key_algorithm.unwrap().to_string().parse().unwrap();
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[server.public_url()]);
    validation.set_audience(&[format!("{}/external-api/v1.0", server.public_url())]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
    // The server's clock stands still in the past.
    validation.validate_exp = false;
    decode(token, &DecodingKey::from_jwk(key).unwrap(), &validation).unwrap()
}

fn token(answer: &Answer) -> String {
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

on_both! {
    async fn claims_and_header(server: Server) {
        let account = server.account("Ada@example.org").await;
        let application = server.application("rooms:delete rooms:list", &["example.org"]).await;
        let answer = application.ask("ada@example.org").await.expect(200);
        let token = token(&answer);
        let TokenData { header, claims, .. } = verified(&server, &server.anonymous(), &token).await;
        assert_eq!(header.typ.as_deref(), Some("at+jwt"));
        assert_eq!(header.alg, Algorithm::EdDSA);
        assert!(header.jwk.is_none() && header.jku.is_none() && header.x5u.is_none());
        let jti = claims["jti"].as_str().unwrap().to_owned();
        let expected = json!({
            "iss": server.public_url(),
            "aud": format!("{}/external-api/v1.0", server.public_url()),
            "sub": account.id,
            "iat": 1_768_478_400,
            "exp": 1_768_482_000,
            "jti": jti,
            "client_id": application.client_id,
            "delegated": true,
            "user_id": account.id,
            "act": { "sub": application.client_id },
            "gen": [0, 0, 0],
            "scope": "rooms:delete rooms:list",
        });
        assert_eq!(claims, expected);
        // Neither address nor secret of anybody travels in it.
        assert!(!claims.to_string().to_lowercase().contains("ada@"));
    }

    async fn times_are_whole_seconds_of_the_servers_clock(database: Database) {
        let server = database.serve_with(&[("delegation.token_lifetime_seconds", "90")]).await;
        server.account("ada@example.org").await;
        let application = server.application("", &["*"]).await;
        server.clock.advance(std::time::Duration::from_millis(1_999));
        let answer = application.ask("ada@example.org").await.expect(200);
        assert_eq!(answer.json()["expires_in"], 90);
        let claims = verified(&server, &server.anonymous(), &token(&answer)).await.claims;
        assert_eq!((&claims["iat"], &claims["exp"]), (&json!(1_768_478_401), &json!(1_768_478_491)));
        // Without scopes there is no such claim.
        assert!(!claims.as_object().unwrap().contains_key("scope"));
    }

    async fn every_token_has_an_id_of_its_own(server: Server) {
        server.account("ada@example.org").await;
        let application = server.application("", &["*"]).await;
        let mut ids = std::collections::BTreeSet::new();
        for _ in 0..20 {
            let token = application.token_for("ada@example.org").await;
            ids.insert(verified(&server, &server.anonymous(), &token).await.claims["jti"].as_str().unwrap().to_owned());
        }
        assert_eq!(ids.len(), 20);
    }

    async fn the_public_keys_are_public_alone(server: Server) {
        let answer = server.anonymous().get(KEYS).expect(200).await;
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        let keys = answer.json()["keys"].as_array().unwrap().clone();
        assert_eq!(keys.len(), 1);
        let members: Vec<_> = keys[0].as_object().unwrap().keys().cloned().collect();
        assert_eq!(members, ["kty", "crv", "x", "use", "alg", "kid"]);
        assert_eq!(
            (&keys[0]["kty"], &keys[0]["crv"], &keys[0]["use"]),
            (&json!("OKP"), &json!("Ed25519"), &json!("sig"))
        );
        // A restart keeps the key.
        let again = server.second_instance().await.anonymous().get(KEYS).expect(200).await;
        assert_eq!(again.json(), answer.json());
    }

    async fn es256_is_a_setting_and_both_verify(database: Database) {
        let before = database.serve().await;
        before.account("ada@example.org").await;
        let application = before.application("rooms:list", &["*"]).await;
        let old = application.token_for("ada@example.org").await;
        // The same installation started again, with the same public address and the other algorithm.
        let settings = [("server.public_url", before.public_url()), ("delegation.signing_algorithm", "ES256")];
        let after = database.serve_with(&settings).await;
        let answer =
            after.anonymous().post(crate::harness::TOKEN).json(&application.body("ada@example.org")).expect(200).await;
        let new = token(&answer);
        let TokenData { header, claims, .. } = verified(&after, &after.anonymous(), &new).await;
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::ES256, Some("at+jwt")));
        assert_eq!(claims["scope"], "rooms:list");
        let keys = after.anonymous().get(KEYS).expect(200).await.json();
        let algorithms: std::collections::BTreeSet<_> =
            keys["keys"].as_array().unwrap().iter().map(|key| key["alg"].as_str().unwrap()).collect();
        assert_eq!(algorithms.into_iter().collect::<Vec<_>>(), ["ES256", "EdDSA"]);
        // Each instance takes what the other signed, also with a key that was made after its own start.
        after.anonymous().with_token(&old).get("/external-api/v1.0/rooms/").expect(200).await;
        after.anonymous().with_token(&new).get("/external-api/v1.0/rooms/").expect(200).await;
        before.clock.advance(std::time::Duration::from_secs(2));
        before.anonymous().with_token(&new).get("/external-api/v1.0/rooms/").expect(200).await;
    }
}
