//! Every form in which the real provider gives tokens and claims, and every way to prove who we are.

use parloir::base::{Secret, SignatureAlgorithm};
use parloir::jose::foreign::PrivateKey;
use serde_json::{Value, json};

use crate::harness::through::{ada, beside, me_at};
use crate::harness::{Database, Through, Way, on_sqlite};
use crate::peer::Key;
use crate::provider::{Browser, Provider};

const ALGORITHMS: [&str; 5] = ["RS256", "PS256", "ES256", "EdDSA", "HS256"];
const KEY_WRAPS: [&str; 4] = ["RSA-OAEP", "RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A256KW"];
const CIPHERS: [&str; 2] = ["A256GCM", "A128CBC-HS256"];

/// A provider with `ada` and keys of these types.
async fn provider(database: &Database, keys: Value) -> Provider {
    let document = json!({ "keys": keys, "accounts": { "ada": { "claims": ada() } } });
    Provider::start(&database.clock, document).await
}

/// Signs `ada` in through a new server on `database` with these settings and this metadata.
async fn signs_in(database: &Database, provider: &Provider, entry: Value, client: Value) {
    let said = format!("{entry} {client}");
    let server = beside(database, &[(provider, "test", entry, client)], &[]).await;
    let browser = Browser::new();
    let page = browser.sign_in(format!("{}/auth/test/login/?next=/rooms", server.public_url()), "ada").await;
    assert_eq!((page.url.path(), page.answer.status), ("/rooms", 200), "{said}: {}", page.answer);
    let me = me_at(&browser, server.public_url()).await;
    assert_eq!((&me["email"], &me["name"]), (&json!("ada@example.org"), &json!("Ada Lovelace")), "{said}");
}

/// Writes private keys to files: RSA for the ways that are named after it, else P-256.
fn keys(database: &Database) -> (Key, Key, Vec<String>) {
    let (rsa, ec) = (Key::rsa("our rsa"), Key::ec("our ec"));
    let write = |key: &Key, name: &str| {
        let file = database.folder().join(name);
        std::fs::write(&file, key.private_pem()).unwrap();
        file.display().to_string()
    };
    let files = vec![write(&rsa, "rsa.pem"), write(&ec, "ec.pem")];
    (rsa, ec, files)
}

#[test]
fn tokens_and_claims_are_signed_with_every_algorithm() {
    on_sqlite(async |database| {
        let provider = provider(&database, json!(["RSA", "EC", "OKP"])).await;
        for algorithm in ALGORITHMS {
            let id_token = json!({ "id_token_signed_response_alg": algorithm });
            signs_in(&database, &provider, id_token.clone(), id_token).await;
            let userinfo = json!({ "userinfo_signed_response_alg": algorithm });
            let client = json!({ "userinfo_signed_response_alg": algorithm, "id_token_signed_response_alg": "ES256" });
            for form in ["signed", "any"] {
                let mut entry = userinfo.clone();
                entry["userinfo"] = json!(form);
                signs_in(&database, &provider, entry, client.clone()).await;
            }
        }
        signs_in(
            &database,
            &provider,
            json!({ "userinfo": "json" }),
            json!({ "id_token_signed_response_alg": "ES256" }),
        )
        .await;
        assert_eq!(database.number("SELECT COUNT(*) FROM identity", []).await, 1);
    });
}

#[test]
fn claims_are_encrypted_in_every_way() {
    on_sqlite(async |database| {
        let provider = provider(&database, json!(["EC"])).await;
        let (rsa, ec, files) = keys(&database);
        for (wrap, cipher) in KEY_WRAPS.iter().flat_map(|wrap| CIPHERS.map(|cipher| (wrap, cipher))) {
            let ways = json!({
                "userinfo_signed_response_alg": "ES256",
                "userinfo_encrypted_response_alg": wrap,
                "userinfo_encrypted_response_enc": cipher,
            });
            let (mut entry, mut client) = (ways.clone(), ways);
            entry["userinfo"] = json!("encrypted");
            entry["decryption_key_files"] = json!(files);
            client["jwks"] = json!({ "keys": [rsa.public(), ec.public()] });
            signs_in(&database, &provider, entry, client).await;
        }
    });
}

#[test]
fn id_tokens_are_encrypted_in_every_way() {
    on_sqlite(async |database| {
        let provider = provider(&database, json!(["EC"])).await;
        let (rsa, ec, files) = keys(&database);
        for (wrap, cipher) in KEY_WRAPS.iter().flat_map(|wrap| CIPHERS.map(|cipher| (wrap, cipher))) {
            let ways = json!({ "id_token_encrypted_response_alg": wrap, "id_token_encrypted_response_enc": cipher });
            let (mut entry, mut client) = (ways.clone(), ways);
            entry["decryption_key_files"] = json!(files);
            client["jwks"] = json!({ "keys": [rsa.public(), ec.public()] });
            signs_in(&database, &provider, entry, client).await;
        }
    });
}

#[test]
fn another_form_than_the_one_that_is_set_is_refused() {
    on_sqlite(async |database| {
        let provider = provider(&database, json!(["RSA", "EC"])).await;
        let (_, ec, files) = keys(&database);
        let encrypted = json!({
            "userinfo_signed_response_alg": "ES256",
            "userinfo_encrypted_response_alg": "ECDH-ES",
            "userinfo_encrypted_response_enc": "A256GCM",
            "jwks": { "keys": [ec.public()] },
        });
        let other_cipher = json!({
            "userinfo": "encrypted",
            "userinfo_encrypted_response_alg": "ECDH-ES",
            "userinfo_encrypted_response_enc": "A128CBC-HS256",
            "decryption_key_files": files,
        });
        for (entry, client) in [
            (json!({ "userinfo": "signed" }), json!({})),
            (json!({ "userinfo": "json" }), json!({ "userinfo_signed_response_alg": "ES256" })),
            (json!({ "userinfo": "signed" }), json!({ "userinfo_signed_response_alg": "RS256" })),
            (json!({ "id_token_signed_response_alg": "RS256" }), json!({})),
            (json!({}), encrypted.clone()),
            (other_cipher, encrypted),
        ] {
            let said = format!("{entry} {client}");
            let mut client = client;
            client["id_token_signed_response_alg"] = json!("ES256");
            let server = beside(&database, &[(&provider, "test", entry, client)], &[]).await;
            let page = Browser::new().for_json();
            let page = page.sign_in(format!("{}/auth/test/login/", server.public_url()), "ada").await;
            assert_eq!((page.answer.status, &*page.answer.code()), (502, "provider_error"), "{said}: {}", page.answer);
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM account", []).await, 0);
    });
}

#[test]
fn we_prove_who_we_are_in_every_way() {
    on_sqlite(async |database| {
        let provider = provider(&database, json!(["EC"])).await;
        for method in ["client_secret_post", "client_secret_basic"] {
            let way = json!({ "token_endpoint_auth_method": method });
            signs_in(&database, &provider, way.clone(), way).await;
        }
        // RFC 6749 §2.3.1: both halves are form-encoded before they stand in the header.
        let secret = "a secret: with 100 % of the signs + those that mean something";
        let way = json!({ "token_endpoint_auth_method": "client_secret_basic", "client_secret": secret });
        signs_in(&database, &provider, way.clone(), way).await;
        let (rsa, ec, files) = keys(&database);
        for (algorithm, pem, file) in [
            (SignatureAlgorithm::Es256, ec.private_pem(), &files[1]),
            (SignatureAlgorithm::Rs256, rsa.private_pem(), &files[0]),
            (SignatureAlgorithm::Ps256, rsa.private_pem(), &files[0]),
        ] {
            let way = json!({
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": algorithm.as_str(),
            });
            let (mut entry, mut client) = (way.clone(), way);
            entry["client_key_file"] = json!(file);
            let key = PrivateKey::read(&Secret::new(pem)).unwrap();
            client["jwks"] = json!({ "keys": [key.published_for_signatures(algorithm).unwrap()] });
            signs_in(&database, &provider, entry, client).await;
        }
        // A secret that is wrong is the operator's affair: the person is told that the two servers do not understand each other.
        let wrong = json!({ "client_secret": "another secret of enough characters" });
        let server = beside(&database, &[(&provider, "test", wrong, json!({}))], &[]).await;
        let page = Browser::new().for_json().sign_in(format!("{}/auth/test/login/", server.public_url()), "ada").await;
        assert_eq!((page.answer.status, &*page.answer.code()), (502, "provider_error"));
    });
}

#[test]
fn pkce_can_be_left_out_where_a_provider_takes_none() {
    on_sqlite(async |database| {
        let provider = provider(&database, json!(["EC"])).await;
        signs_in(&database, &provider, json!({ "pkce": "off" }), json!({ "require_pkce": false })).await;
        let server = beside(&database, &[(&provider, "test", json!({ "pkce": "off" }), json!({}))], &[]).await;
        let page = Browser::new().for_json().sign_in(format!("{}/auth/test/login/", server.public_url()), "ada").await;
        assert_eq!((page.answer.status, &*page.answer.code()), (502, "provider_error"), "{}", page.answer);
    });
}

#[test]
fn endpoints_can_be_named_where_there_is_no_discovery() {
    on_sqlite(async |database| {
        let provider = provider(&database, json!(["EC"])).await;
        let discovery = "/.well-known/openid-configuration";
        let page = Browser::new().for_json().visit(format!("{}{discovery}", provider.issuer())).await;
        let said: Value = serde_json::from_str(page.answer.text()).unwrap();
        let at = |name: &str| said[name].clone();
        provider.fail(discovery, 404).await;
        let endpoints = json!({
            "authorization": at("authorization_endpoint"),
            "token": at("token_endpoint"),
            "userinfo": at("userinfo_endpoint"),
            "jwks": at("jwks_uri"),
        });
        let asked = provider.requests(discovery).await;
        signs_in(&database, &provider, json!({ "endpoints": endpoints }), json!({})).await;
        assert_eq!(provider.requests(discovery).await, asked, "it was asked all the same");
    });
}

#[test]
fn a_level_of_authentication_is_demanded_and_checked() {
    on_sqlite(async |database| {
        let account =
            |email: &str, acr: &str| json!({ "claims": { "email": email, "email_verified": true }, "acr": acr });
        for (at, ignoring) in [false, true].into_iter().enumerate() {
            let (strong, weak) = (format!("strong{at}@example.org"), format!("weak{at}@example.org"));
            let document = json!({
                "acr_values": ["eidas1", "eidas2", "eidas3"],
                "ignore_acr_request": ignoring,
                "accounts": { "strong": account(&strong, "eidas3"), "weak": account(&weak, "eidas1") },
            });
            let entry = json!({ "acr_values": ["eidas2", "eidas3"] });
            let through = Through::with(&database, Way { document, entry, ..Way::default() }).await;
            through.sign_in("strong").await;
            assert_eq!(through.refusal("weak").await, (403, "authentication_too_weak".to_owned()), "{ignoring}");
            let page = Browser::new().sign_in(through.start(), "weak").await;
            assert!(page.answer.header("content-type").starts_with("text/html"), "{}", page.answer);
            assert!(through.account(&weak).await.is_none());
        }
    });
}
