//! Tokens of every algorithm, checked by means of our own.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, RsaPublicKeyComponents, UnparsedPublicKey,
};
use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::harness::forger::{claims, decode, encode, header, key_material, unsigned};
use crate::harness::{Application, Database, Server, on_both};

const ROOMS: &str = "/external-api/v1.0/rooms/";
const JWKS: &str = "/.well-known/jwks.json";
const ADA: &str = "ada@example.org";
const ALGORITHMS: [&str; 4] = ["EdDSA", "ES256", "RS256", "HS256"];

async fn serve(database: &Database, algorithm: &str) -> (Server, Application) {
    // All of them are one and the same server to whoever calls it.
    let settings = [("delegation.signing_algorithm", algorithm), ("server.public_url", "https://meet.example.org")];
    let server = database.serve_with(&settings).await;
    if server
        .accounts
        .find_by_email(&ADA.parse::<parloir::base::EmailAddress>().unwrap().key())
        .await
        .unwrap()
        .is_none()
    {
        server.account(ADA).await;
    }
    let application = server.application("rooms:list", &["example.org"]).await;
    (server, application)
}

async fn use_it(server: &Server, token: &str) -> u16 {
    server.anonymous().with_token(token).get(ROOMS).send().await.status
}

async fn assert_invalid(server: &Server, token: &str) {
    let answer = server.anonymous().with_token(token).get(ROOMS).send().await;
    answer.expect_refusal(401, "invalid_token", &json!({ "detail": "Invalid token." }));
}

/// The published keys.
async fn published(server: &Server) -> Vec<Value> {
    let jwks = server.anonymous().get(JWKS).expect(200).await.json();
    assert_eq!(jwks.as_object().unwrap().len(), 1, "{jwks}");
    jwks["keys"].as_array().unwrap().clone()
}

fn member(jwk: &Value, name: &str) -> Vec<u8> {
    decode(jwk[name].as_str().unwrap())
}

/// Whether the published key verifies the token's signature (RFC 7515 §5.2; RFC 7518 §3.3 and §3.4; RFC 8037 §3.1).
fn verifies(jwk: &Value, token: &str) -> bool {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (message, signature) = (message.as_bytes(), decode(signature));
    match jwk["alg"].as_str().unwrap() {
        "EdDSA" => UnparsedPublicKey::new(&ED25519, member(jwk, "x")).verify(message, &signature),
        "ES256" => {
            let point = [vec![4], member(jwk, "x"), member(jwk, "y")].concat();
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, &signature)
        }
        "RS256" => {
            let key = RsaPublicKeyComponents { n: member(jwk, "n"), e: member(jwk, "e") };
            key.verify(&RSA_PKCS1_2048_8192_SHA256, message, &signature)
        }
        other => panic!("unknown algorithm {other}"),
    }
    .is_ok()
}

/// RFC 7638 §3: the digest of the members that a key of this type must have, in lexical order.
fn thumbprint(jwk: &Value) -> String {
    let names: &[&str] = match jwk["kty"].as_str().unwrap() {
        "OKP" => &["crv", "kty", "x"],
        "EC" => &["crv", "kty", "x", "y"],
        _ => &["e", "kty", "n"],
    };
    let members: Vec<_> = names.iter().map(|name| format!("{:?}:{}", name, jwk[name])).collect();
    encode(digest::digest(&digest::SHA256, format!("{{{}}}", members.join(",")).as_bytes()).as_ref())
}

/// The public key as X.509 has it (RFC 5280 §4.1), out of what the database keeps.
fn spki(algorithm: &str, pkcs8: &[u8]) -> Vec<u8> {
    fn der(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Vec<u8> {
        key.as_der().unwrap().as_ref().to_vec()
    }
    match algorithm {
        "EdDSA" => der(Ed25519KeyPair::from_pkcs8(pkcs8).unwrap().public_key()),
        "ES256" => der(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).unwrap().public_key()),
        _ => der(RsaKeyPair::from_pkcs8(pkcs8).unwrap().public_key()),
    }
}

/// Every form of a public key that a careless verifier might take for a shared secret.
fn public_forms(jwk: &Value, spki: &[u8]) -> Vec<Vec<u8>> {
    let body = STANDARD.encode(spki);
    let lines: Vec<_> = body.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", lines.join("\n"));
    let mut forms = vec![
        spki.to_vec(),
        body.into_bytes(),
        format!("{pem}\n").into_bytes(),
        pem.into_bytes(),
        jwk.to_string().into_bytes(),
        jwk["kid"].as_str().unwrap().as_bytes().to_vec(),
        Vec::new(),
    ];
    for name in ["x", "y", "n", "e"] {
        if let Some(text) = jwk[name].as_str() {
            forms.extend([text.as_bytes().to_vec(), decode(text)]);
        }
    }
    forms
}

/// A token with that header, signed with HMAC-SHA-256 under `secret`.
fn keyed(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let message = unsigned(header, claims);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), message.as_bytes());
    format!("{message}.{}", encode(signature.as_ref()))
}

on_both! {
    async fn each_algorithm_signs_and_verifies(database: Database) {
        let mut seen: Vec<String> = Vec::new();
        for (n, algorithm) in ALGORITHMS.into_iter().enumerate() {
            let (server, application) = serve(&database, algorithm).await;
            let token = application.token_for(ADA).await;
            let head = header(&token);
            let kid = head["kid"].as_str().unwrap().to_owned();
            assert_eq!(head, json!({ "typ": "at+jwt", "alg": algorithm, "kid": kid }));
            assert_eq!(use_it(&server, &token).await, 200);
            let public = published(&server).await;
            // Symmetric keys are not among them: the last server knows one more key than it tells of.
            assert_eq!(public.len(), (n + 1).min(3), "{public:?}");
            let of_token: Vec<_> = public.iter().filter(|jwk| jwk["kid"] == kid.as_str()).collect();
            if algorithm == "HS256" {
                assert!(of_token.is_empty(), "{public:?}");
                let secret = key_material(&server, &kid).await;
                let (message, signature) = token.rsplit_once('.').unwrap();
                let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
                hmac::verify(&key, message.as_bytes(), &decode(signature)).unwrap();
                assert!(!server.anonymous().get(JWKS).expect(200).await.text().contains(&encode(&secret)));
            } else {
                let [jwk] = of_token.as_slice() else { panic!("{public:?}") };
                assert_eq!((&jwk["alg"], &jwk["use"]), (&json!(algorithm), &json!("sig")));
                assert_eq!(thumbprint(jwk), kid);
                assert!(verifies(jwk, &token), "{jwk}");
                let (rest, _) = token.rsplit_once('.').unwrap();
                assert!(!verifies(jwk, &format!("{rest}.{}", encode(&[0; 64]))));
                let known = ["kty", "crv", "x", "y", "n", "e", "use", "alg", "kid"];
                assert!(jwk.as_object().unwrap().keys().all(|name| known.contains(&name.as_str())), "{jwk}");
            }
            // Whatever it signs with itself, it takes what the servers before it signed.
            for former in &seen {
                assert_eq!(use_it(&server, former).await, 200);
            }
            seen.push(token);
        }
        assert_eq!(database.number("SELECT COUNT(*) FROM signing_key", []).await, 4);
    }

    async fn with_a_symmetric_key_nothing_is_published(database: Database) {
        let (server, application) = serve(&database, "HS256").await;
        assert_eq!(published(&server).await, Vec::<Value>::new());
        let token = application.token_for(ADA).await;
        let kid = header(&token)["kid"].as_str().unwrap().to_owned();
        // Its id says nothing of it, and the database keeps it sealed.
        let secret = key_material(&server, &kid).await;
        assert_eq!((secret.len(), kid.len()), (32, 22));
        assert_ne!(encode(digest::digest(&digest::SHA256, &secret).as_ref()), kid);
        let rows = database.rows("SELECT sealed FROM signing_key", []).await;
        let sealed: Vec<u8> = rows[0].try_get_by_index(0).unwrap();
        assert!(!sealed.windows(32).any(|window| window == secret));
    }

    async fn a_public_key_is_no_secret(database: Database) {
        for algorithm in ["EdDSA", "ES256", "RS256"] {
            let (server, application) = serve(&database, algorithm).await;
            let token = application.token_for(ADA).await;
            let (honest, head) = (claims(&token), header(&token));
            let kid = head["kid"].as_str().unwrap();
            let public = published(&server).await;
            let jwk = public.iter().find(|jwk| jwk["kid"] == kid).unwrap();
            let spki = spki(algorithm, &key_material(&server, kid).await);
            for secret in public_forms(jwk, &spki) {
                for alg in ["HS256", algorithm] {
                    let head = json!({ "typ": "at+jwt", "alg": alg, "kid": kid });
                    assert_invalid(&server, &keyed(&head, &honest, &secret)).await;
                }
            }
        }
    }

    // The key that `kid` names is used with its own algorithm, whatever the header says.
    async fn no_key_is_used_with_another_algorithm(database: Database) {
        let mut tokens = Vec::new();
        for algorithm in ALGORITHMS {
            tokens.push(serve(&database, algorithm).await.1.token_for(ADA).await);
        }
        let (server, _) = serve(&database, "EdDSA").await;
        for token in &tokens {
            assert_eq!(use_it(&server, token).await, 200);
            let (message, signature) = token.rsplit_once('.').unwrap();
            let payload = message.split_once('.').unwrap().1;
            let honest = header(token);
            let algorithms = ["EdDSA", "ES256", "RS256", "HS256", "HS384", "HS512", "ES384", "RS384", "RS512", "PS256", "none"];
            for alg in algorithms.into_iter().filter(|alg| honest["alg"] != *alg) {
                let head = json!({ "typ": "at+jwt", "alg": alg, "kid": honest["kid"] });
                let head = encode(head.to_string().as_bytes());
                assert_invalid(&server, &format!("{head}.{payload}.{signature}")).await;
                assert_invalid(&server, &format!("{head}.{payload}.")).await;
            }
            // Nor another key with its own.
            for other in tokens.iter().filter(|other| *other != token) {
                let head = json!({ "typ": "at+jwt", "alg": honest["alg"], "kid": header(other)["kid"] });
                let head = encode(head.to_string().as_bytes());
                assert_invalid(&server, &format!("{head}.{payload}.{signature}")).await;
            }
        }
    }

    // The key of HS256 signs with no other digest, and signs nothing under another key's name.
    async fn the_symmetric_key_in_wrong_hands(database: Database) {
        let (server, application) = serve(&database, "HS256").await;
        let token = application.token_for(ADA).await;
        let (honest, head) = (claims(&token), header(&token));
        let secret = key_material(&server, head["kid"].as_str().unwrap()).await;
        assert_eq!(use_it(&server, &keyed(&head, &honest, &secret)).await, 200);
        for secret in [encode(&secret).into_bytes(), secret[..31].to_vec(), [secret.as_slice(), &[1]].concat()] {
            assert_invalid(&server, &keyed(&head, &honest, &secret)).await;
        }
        let other = serve(&database, "RS256").await.1.token_for(ADA).await;
        let borrowed = json!({ "typ": "at+jwt", "alg": "HS256", "kid": header(&other)["kid"] });
        assert_invalid(&server, &keyed(&borrowed, &honest, &secret)).await;
    }
}
