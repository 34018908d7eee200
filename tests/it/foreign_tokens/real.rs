//! Tokens of the real provider, asked about in every form.

use std::time::Duration;

use serde_json::{Value, json};

use super::{INVALID, ROOMS, file, merge};
use crate::harness::through::{ada, beside};
use crate::harness::{Answer, Database, Server, on_sqlite};
use crate::peer::{CLIENT_SECRET, Key};
use crate::provider::relying_party::RelyingParty;
use crate::provider::{Browser, Provider};

const INTROSPECTION: &str = "/token/introspection";

/// The provider, with a calendar that is its client.
struct Place {
    provider: Provider,
    calendar: RelyingParty,
}

impl Place {
    async fn new(database: &Database, keys: Value) -> Self {
        let document = json!({
            "keys": keys,
            "accounts": { "ada": { "claims": ada() } },
            "scopes": ["rooms:list", "rooms:create", "groups"],
        });
        let provider = Provider::start(&database.clock, document).await;
        let calendar = RelyingParty::at(&provider, "calendar", &json!({ "skip_consent": true })).await;
        Self { provider, calendar }
    }

    /// A server that takes the calendar's tokens, registered as `parloir-api` with this metadata over the least.
    async fn serve(&self, database: &Database, settings: &[(&str, &str)], metadata: Value) -> Server {
        let least = [
            ("resource_server.provider", "test"),
            ("resource_server.client_id", "parloir-api"),
            ("resource_server.client_secret", CLIENT_SECRET),
            ("resource_server.accepted_clients", "calendar"),
        ];
        let settings = [&least[..], settings].concat();
        let server = beside(database, &[(&self.provider, "test", json!({}), json!({}))], &settings).await;
        self.register(&server, metadata).await;
        server
    }

    async fn register(&self, server: &Server, metadata: Value) {
        let mut client = json!({
            "client_id": "parloir-api",
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [],
            "grant_types": [],
            "response_types": [],
            "jwks_uri": format!("{}/jwks", server.public_url()),
        });
        merge(&mut client, &metadata);
        self.provider.put_client(&client).await;
    }

    /// A token that `ada` gives the calendar for these scopes.
    async fn token(&self, scope: &str) -> String {
        let page = Browser::new().sign_in(self.calendar.start(&[("scope", scope)]), "ada").await;
        self.calendar.redeem(&page).await["access_token"].as_str().unwrap().to_owned()
    }

    async fn asked(&self) -> u64 {
        self.provider.requests(INTROSPECTION).await
    }
}

async fn list(server: &Server, token: &str) -> Answer {
    server.anonymous().with_token(token).get(ROOMS).send().await
}

#[test]
fn as_json() {
    on_sqlite(async |database: Database| {
        let place = Place::new(&database, json!(["EC"])).await;
        let server = place.serve(&database, &[], json!({})).await;
        let token = place.token("openid rooms:list rooms:create").await;
        let caller = server.anonymous().with_token(&token);
        let room = caller.post(ROOMS).expect(201).await.json();
        assert_eq!(list(&server, &token).await.expect(200).json()["results"][0]["id"], room["id"]);
        assert_eq!(place.asked().await, 1);

        // She who signs in is the same person.
        let browser = Browser::new();
        let page = browser.sign_in(format!("{}/auth/test/login/?next=/rooms", server.public_url()), "ada").await;
        assert!(page.answer.text().contains(room["slug"].as_str().unwrap()), "{}", page.answer);

        // Other scopes, another client.
        let less = place.token("openid groups").await;
        list(&server, &less).await.expect_refusal(
            403,
            "insufficient_scope",
            &json!({ "detail": "Insufficient permissions." }),
        );
        let crm = RelyingParty::at(&place.provider, "crm", &json!({ "skip_consent": true })).await;
        let page = Browser::new().sign_in(crm.start(&[("scope", "openid rooms:list")]), "ada").await;
        let theirs = crm.redeem(&page).await["access_token"].as_str().unwrap().to_owned();
        let refused = list(&server, &theirs).await;
        assert_eq!(refused.header("www-authenticate"), INVALID);
        refused.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token." }));
        assert_eq!(place.asked().await, 3);

        // A token of nobody; and hers, revoked and then expired.
        list(&server, "nobody-made-this").await.expect(401);
        assert_eq!(place.asked().await, 4);
        place.calendar.post("revocation", &[("token", &token)]).await;
        list(&server, &token).await.expect(200);
        place.provider.advance(Duration::from_secs(31)).await;
        list(&server, &token).await.expect(401);
        assert_eq!(place.asked().await, 5);
        let token = place.token("openid rooms:list").await;
        list(&server, &token).await.expect(200);
        place.provider.advance(Duration::from_hours(1)).await;
        list(&server, &token).await.expect(401);
        assert_eq!(place.asked().await, 7);
    });
}

#[test]
fn our_secret_is_wrong() {
    on_sqlite(async |database: Database| {
        let place = Place::new(&database, json!(["EC"])).await;
        let server =
            place.serve(&database, &[], json!({ "client_secret": "another secret of enough characters" })).await;
        let token = place.token("openid rooms:list").await;
        let wrong = json!({ "detail": "The identity provider's answer cannot be accepted." });
        for _ in 0..3 {
            let answer = list(&server, &token).await;
            assert_eq!(answer.header("retry-after"), "5");
            answer.expect_refusal(503, "provider_error", &wrong);
        }
        assert_eq!(place.asked().await, 1);
        place.register(&server, json!({})).await;
        place.provider.advance(Duration::from_secs(2)).await;
        list(&server, &token).await.expect(200);
        assert_eq!(place.asked().await, 2);
    });
}

#[test]
fn who_we_are_is_proven_in_every_way() {
    on_sqlite(async |database: Database| {
        let place = Place::new(&database, json!(["EC"])).await;
        let signing = file(&database, &Key::ec("ours"), "signing.pem");
        let ways: [(&[(&str, &str)], &str); 2] = [
            (&[("resource_server.token_endpoint_auth_method", "client_secret_basic")], "client_secret_basic"),
            (
                &[
                    ("resource_server.token_endpoint_auth_method", "private_key_jwt"),
                    ("resource_server.client_key_file", &*signing),
                ],
                "private_key_jwt",
            ),
        ];
        for (settings, method) in ways {
            let metadata = json!({ "token_endpoint_auth_method": method });
            let server = place.serve(&database, settings, metadata).await;
            list(&server, &place.token("openid rooms:list").await).await.expect(200);
        }
    });
}

#[test]
fn signed_with_every_algorithm() {
    on_sqlite(async |database: Database| {
        let place = Place::new(&database, json!(["RSA", "EC", "OKP"])).await;
        for algorithm in ["RS256", "PS256", "ES256", "EdDSA", "HS256"] {
            let settings = [
                ("resource_server.response", "signed"),
                ("resource_server.introspection_signed_response_alg", algorithm),
            ];
            let metadata = json!({ "introspection_signed_response_alg": algorithm });
            let server = place.serve(&database, &settings, metadata).await;
            let (token, before) = (place.token("openid rooms:list").await, place.asked().await);
            list(&server, &token).await.expect(200);
            list(&server, "nobody-made-this").await.expect(401);
            assert_eq!(place.asked().await - before, 2, "{algorithm}");
        }
    });
}

#[test]
fn signed_and_then_encrypted_to_the_keys_that_it_fetches() {
    on_sqlite(async |database: Database| {
        let place = Place::new(&database, json!(["EC"])).await;
        let files = [file(&database, &Key::rsa("rsa"), "rsa.pem"), file(&database, &Key::ec("ec"), "ec.pem")].join(",");
        for (wrap, cipher) in [
            ("RSA-OAEP", "A256GCM"),
            ("RSA-OAEP-256", "A128CBC-HS256"),
            ("ECDH-ES", "A256GCM"),
            ("ECDH-ES+A256KW", "A256GCM"),
        ] {
            let settings = [
                ("resource_server.response", "encrypted"),
                ("resource_server.introspection_encrypted_response_alg", wrap),
                ("resource_server.introspection_encrypted_response_enc", cipher),
                ("resource_server.decryption_key_files", &*files),
            ];
            let metadata = json!({
                "introspection_encrypted_response_alg": wrap,
                "introspection_encrypted_response_enc": cipher,
            });
            let server = place.serve(&database, &settings, metadata).await;
            let (token, before) = (place.token("openid rooms:list").await, place.asked().await);
            list(&server, &token).await.expect(200);
            list(&server, "nobody-made-this").await.expect(401);
            assert_eq!(place.asked().await - before, 2, "{wrap}");
        }
    });
}

/// Encrypted answers, which are decrypted with the keys in these files.
fn sealed(files: &str) -> [(&'static str, &str); 3] {
    [
        ("resource_server.response", "encrypted"),
        ("resource_server.introspection_encrypted_response_alg", "ECDH-ES"),
        ("resource_server.decryption_key_files", files),
    ]
}

#[test]
fn keys_are_replaced_on_both_sides() {
    on_sqlite(async |database: Database| {
        let place = Place::new(&database, json!(["EC"])).await;
        let (old, new) = (file(&database, &Key::ec("old"), "old.pem"), file(&database, &Key::ec("new"), "new.pem"));
        let metadata = json!({
            "introspection_encrypted_response_alg": "ECDH-ES",
            "introspection_encrypted_response_enc": "A256GCM",
        });
        let before = place.serve(&database, &sealed(&old), metadata.clone()).await;
        list(&before, &place.token("openid rooms:list").await).await.expect(200);

        // The provider signs with a new key, and forgets the old one.
        place.provider.rotate_keys(false).await;
        place.provider.advance(Duration::from_secs(11)).await;
        list(&before, &place.token("openid rooms:list").await).await.expect(200);

        // We take a second key: what is still encrypted with the first one is read, and what the provider fetches from now on too.
        let both = [new.as_str(), old.as_str()].join(",");
        let after = place.serve(&database, &sealed(&both), metadata.clone()).await;
        place.register(&before, metadata.clone()).await;
        list(&after, &place.token("openid rooms:list").await).await.expect(200);
        place.register(&after, metadata).await;
        list(&after, &place.token("openid rooms:list").await).await.expect(200);
        let answer = list(&before, &place.token("openid rooms:list").await).await;
        answer.expect_refusal(
            503,
            "provider_error",
            &json!({ "detail": "The identity provider's answer cannot be accepted." }),
        );
        assert_eq!(place.asked().await, 5);
    });
}

#[test]
fn an_answer_in_another_form_is_refused() {
    on_sqlite(async |database: Database| {
        let place = Place::new(&database, json!(["RSA", "EC"])).await;
        let files = file(&database, &Key::ec("ours"), "ours.pem");
        let encrypted = json!({
            "introspection_encrypted_response_alg": "ECDH-ES",
            "introspection_encrypted_response_enc": "A256GCM",
        });
        let signed = [("resource_server.response", "signed")];
        let cases: [(&[(&str, &str)], Value); 3] = [
            (&signed, json!({ "introspection_signed_response_alg": "RS256" })),
            // Only signed, where it is to be encrypted.
            (&sealed(&files), json!({})),
            // The provider answers 400 to a client of encrypted answers that asks for JSON.
            (&[], encrypted),
        ];
        for (settings, metadata) in cases {
            let shown = metadata.to_string();
            let server = place.serve(&database, settings, metadata).await;
            let answer = list(&server, &place.token("openid rooms:list").await).await;
            assert_eq!((answer.status, &*answer.code()), (503, "provider_error"), "{shown}: {answer}");
        }
        assert_eq!((place.asked().await, database.number("SELECT COUNT(*) FROM account", []).await), (3, 0));
    });
}
