//! A token of this server is shown to no provider, whatever it is worth; and without a provider nothing is as it was not before.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::{INVALID, ROOMS, Stage};
use crate::harness::forger::{claims, encode};
use crate::harness::{Database, Forger, on_both, on_sqlite};

#[test]
fn no_token_of_ours_is_shown_to_the_provider() {
    on_sqlite(async |database: Database| {
        let stage = Stage::with(&database, &[]).await;
        let server = &stage.server;
        server.account("ada@example.org").await;
        let application = server.application("rooms:list", &["example.org"]).await;
        let token = application.token_for("ada@example.org").await;
        let client = server.anonymous();
        client.with_token(&token).get(ROOMS).expect(200).await;

        let owner = Forger::with_key_of(server).await;
        let thief = Forger::in_the_name_of(&owner);
        let honest = claims(&token);
        let foreign_key = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": "nobody-knows" });
        let mut elsewhere = honest.clone();
        elsewhere["iss"] = json!("https://meet.example.net");
        let [header, payload, signature] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
        let texts = [
            thief.sign(&honest),
            owner.sign_under(&foreign_key, &honest),
            owner.sign_under(&json!({ "alg": "none" }), &honest),
            owner.sign(&elsewhere),
            format!("{header}.{payload}."),
            format!("{header}.{payload}"),
            format!("{header}.{payload}.{}", &signature[..20]),
            format!("{header}.{payload}.{signature}.{signature}"),
            format!("{header}.{}.{signature}", &payload[..payload.len() - 9]),
            format!("{}.{payload}.{signature}", encode(b"{}")),
            STANDARD.encode(&token),
            STANDARD.encode(&application.client_secret),
            application.client_secret.clone(),
            "prl_pat_0123456789".to_owned(),
            "prl_".to_owned(),
        ];
        for text in texts {
            let answer = client.with_token(&text).get(ROOMS).send().await;
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
            answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token." }));
        }
        let jti = honest["jti"].as_str().unwrap().parse().unwrap();
        server.delegation.revoke(jti, parloir::audit::Actor::Operator).await.unwrap();
        client.with_token(&token).get(ROOMS).expect(401).await.expect_refusal(
            401,
            "token_revoked",
            &json!({ "detail": "Token has been revoked." }),
        );
        server.clock.advance(Duration::from_secs(3601));
        let expired = client.with_token(&token).get(ROOMS).send().await;
        expired.expect_refusal(401, "invalid_token", &json!({ "detail": "Token expired." }));
        assert_eq!(stage.asked(), 0);

        // What is nobody's by its looks is asked about.
        stage.says(json!({ "active": false }));
        for text in [
            "swordfish",
            "a.b.c",
            &format!("{}.{}.c2ln", encode(b"{}"), encode(br#"{"iss":"https://id.example.org"}"#)),
        ] {
            let answer = client.with_token(text).get(ROOMS).send().await;
            assert_eq!(answer.header("www-authenticate"), INVALID, "{answer}");
            answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token." }));
        }
        assert_eq!(stage.asked(), 3);
    });
}

on_both! {
    async fn without_a_provider_unknown_texts_are_refused_as_ever(database: Database) {
        let server = database.serve_with(&[("resource_server.client_id", "parloir"), ("resource_server.accepted_clients", "calendar")]).await;
        for text in ["swordfish", "a.b.c", "prl_pat_0123456789", &"a".repeat(9000), "dGVzdA=="] {
            let answer = server.anonymous().with_token(text).get(ROOMS).send().await;
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{answer}");
            answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token." }));
        }
    }
}
