//! UserInfo that may not be believed: in each form, whatever is weaker than the settings ask for is refused.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Database, Kind, run};
use crate::peer::{Endpoint, Key, Manner, Reply, Scene, Seal, Token};

const UNAVAILABLE: (u16, &str) = (503, "provider_unavailable");
const WRONG: (u16, &str) = (502, "provider_error");

type TokenLie = fn(&mut Token);

/// A case: what UserInfo says, and the cause of the refusal in the log.
type Case = (&'static str, TokenLie, &'static str);

fn elsewhere(token: &mut Token) {
    token.claims["sub"] = json!("sub-zenobia");
}

fn signed_settings() -> Value {
    json!({ "userinfo": "signed", "userinfo_signed_response_alg": "ES256" })
}

/// Our key in a file, and the settings that read it.
fn encrypted_settings(database: &Database, key: &Key, form: &str, signed: bool) -> Value {
    let file: PathBuf = database.folder().join("ours.pem");
    std::fs::write(&file, key.private_pem()).unwrap();
    json!({
        "userinfo": form,
        "userinfo_signed_response_alg": if signed { "ES256" } else { "none" },
        "userinfo_encrypted_response_alg": "ECDH-ES",
        "userinfo_encrypted_response_enc": "A256GCM",
        "decryption_key_files": [file],
    })
}

#[test]
fn json() {
    let cases: &[Case] = &[
        ("another subject", elsewhere, "another subject"),
        ("no subject", |it| it.without("sub"), "no subject"),
        ("a subject in capitals", |it| it.claims["sub"] = json!("SUB-XANTHIPPE"), "another subject"),
        ("a list", |it| it.claims = json!([it.claims.clone()]), "claims are no object"),
    ];
    run(Kind::Sqlite, |database: Database| async move {
        for form in ["json", "any"] {
            let scene = Scene::new(&database, json!({ "userinfo": form })).await;
            for (name, lie, cause) in cases {
                scene.peer.userinfo(*lie);
                scene.refuses(name, WRONG, cause).await;
            }
        }
        // A token where JSON is configured, and one whose algorithm is not: nothing verifies it.
        let scene = Scene::new(&database, json!({ "userinfo": "json" })).await;
        scene.peer.signed_userinfo(|_| ());
        scene.refuses("signed", WRONG, "not JSON").await;
        scene.peer.reply(Endpoint::UserInfo, |reply| reply.set_header("content-type", "application/json"));
        scene.refuses("signed, called JSON", WRONG, "claims are no object").await;
        scene.peer.be_honest();
        scene.lets_in("honest again", "ada").await;
    });
}

#[test]
fn signed() {
    let cases: &[Case] = &[
        ("another subject", elsewhere, "another subject"),
        ("another key of that name", |it| it.key = Arc::new(Key::ec("first")), "a wrong signature"),
        ("a key of another name", |it| it.sign_with(&Arc::new(Key::ec("second"))), "an unknown key"),
        ("no signature", |it| it.sign_with(&Arc::new(Key::nothing())), "another signature algorithm"),
        ("another algorithm", |it| it.sign_with(&Arc::new(Key::okp("first"))), "another signature algorithm"),
        ("a critical extension", |it| it.header["crit"] = json!(["b64"]), "a critical extension"),
        ("another issuer", |it| it.claims["iss"] = json!("https://evil.example.org"), "another issuer"),
        ("no issuer", |it| it.without("iss"), "no issuer"),
        ("another audience", |it| it.claims["aud"] = json!("another"), "another audience"),
        ("no audience", |it| it.without("aud"), "no audience"),
        ("expired", |it| it.claims["exp"] = json!(1), "expired"),
        ("from the future", |it| it.claims["iat"] = json!(99_999_999_999_i64), "issued in the future"),
        ("later", |it| it.claims["nbf"] = json!(99_999_999_999_i64), "not yet valid"),
        ("encrypted", |it| it.sealed = Some(Seal::to(&Key::ec("x").public(), "ECDH-ES", "A256GCM")), "encrypted"),
    ];
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, signed_settings()).await;
        scene.refuses("plain", WRONG, "not signed").await;
        for (name, lie, cause) in cases {
            scene.peer.signed_userinfo(*lie);
            scene.refuses(name, WRONG, cause).await;
        }
        scene.peer.signed_userinfo(|_| ());
        scene.peer.reply(Endpoint::UserInfo, |reply| reply.set_header("content-type", "text/plain"));
        scene.refuses("signed, called a text", WRONG, "not signed").await;
        scene.peer.reply(Endpoint::UserInfo, |reply| {
            reply.set_header("content-type", "Application/JWT; charset=utf-8");
        });
        scene.lets_in("signed, spelt otherwise", "ada").await;
        scene.peer.be_honest();
        scene.peer.userinfo(|_| ());
        scene.peer.reply(Endpoint::UserInfo, |reply| reply.set_header("content-type", "application/jwt"));
        scene.refuses("plain, called a token", WRONG, "malformed").await;
    });
}

/// Whatever is wrong with the encryption, the answer and the log say the same (no oracle).
fn seals(ours: &Key) -> Vec<(&'static str, Seal)> {
    let seal = |alg, enc| Seal::to(&ours.public(), alg, enc);
    let with = |name: &str, value: Value| {
        let mut seal = seal("ECDH-ES", "A256GCM");
        seal.header.insert(name.to_owned(), value);
        seal
    };
    vec![
        ("another recipient", Seal::to(&Key::ec("ours").public(), "ECDH-ES", "A256GCM")),
        ("another wrapping", seal("ECDH-ES+A256KW", "A256GCM")),
        ("another encryption", seal("ECDH-ES", "A128CBC-HS256")),
        ("compressed", with("zip", json!("DEF"))),
        ("a critical extension", with("crit", json!(["exp"]))),
        ("a direct key", with("alg", json!("dir"))),
        ("a point that is none", with("epk", json!({ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }))),
        ("no point", with("epk", Value::Null)),
        ("another name of the encryption", with("enc", json!("A128GCM"))),
    ]
}

#[test]
fn encrypted() {
    run(Kind::Sqlite, |database: Database| async move {
        let ours = Key::ec("ours");
        let scene = Scene::new(&database, encrypted_settings(&database, &ours, "encrypted", true)).await;
        scene.refuses("plain", WRONG, "not encrypted").await;
        scene.peer.signed_userinfo(|_| ());
        scene.refuses("signed alone", WRONG, "not encrypted").await;
        for (name, seal) in seals(&ours) {
            scene.peer.signed_userinfo(move |it| it.sealed = Some(seal.clone()));
            scene.refuses(name, WRONG, "cannot be decrypted").await;
        }
        let seal = Seal::to(&ours.public(), "ECDH-ES", "A256GCM");
        // The tag, the text, the vector: whatever is changed on the way.
        for part in 2..5 {
            let seal = seal.clone();
            scene.peer.signed_userinfo(move |it| it.sealed = Some(seal.clone()));
            scene.peer.reply(Endpoint::UserInfo, move |reply| tamper(reply, part));
            scene.refuses("changed on the way", WRONG, "cannot be decrypted").await;
        }
        scene.peer.be_honest();
        let plain = seal.clone();
        scene.peer.userinfo(move |it| it.sealed = Some(plain.clone()));
        scene.refuses("unsigned inside", WRONG, "not signed").await;
        let inner: &[Case] = &[
            ("another subject", elsewhere, "another subject"),
            ("another key", |it| it.key = Arc::new(Key::ec("first")), "a wrong signature"),
            ("another audience", |it| it.claims["aud"] = json!("another"), "another audience"),
        ];
        for (name, lie, cause) in inner {
            let seal = seal.clone();
            scene.peer.signed_userinfo(move |it| {
                it.sealed = Some(seal.clone());
                lie(it);
            });
            scene.refuses(name, WRONG, cause).await;
        }
        scene.peer.signed_userinfo(move |it| it.sealed = Some(seal.clone()));
        scene.lets_in("as it must be", "ada").await;
    });
}

/// Changes the first character of one part of a compact JWE.
fn tamper(reply: &mut Reply, part: usize) {
    let text = String::from_utf8(reply.body.clone()).unwrap();
    let mut parts: Vec<_> = text.split('.').map(str::to_owned).collect();
    let first = if parts[part].starts_with('A') { "B" } else { "A" };
    parts[part].replace_range(..1, first);
    reply.body = parts.join(".").into_bytes();
}

// JWE around JSON where no signature is configured, as some providers send it.
#[test]
fn encrypted_without_a_signature() {
    run(Kind::Sqlite, |database: Database| async move {
        let ours = Key::ec("ours");
        let scene = Scene::new(&database, encrypted_settings(&database, &ours, "encrypted", false)).await;
        let seal = Seal::to(&ours.public(), "ECDH-ES", "A256GCM");
        let sealed = seal.clone();
        scene.peer.userinfo(move |it| {
            it.sealed = Some(sealed.clone());
            elsewhere(it);
        });
        scene.refuses("another subject", WRONG, "another subject").await;
        let sealed = seal.clone();
        scene.peer.userinfo(move |it| it.sealed = Some(sealed.clone()));
        scene.lets_in("encrypted", "ada").await;
        scene.peer.be_honest();
        scene.refuses("plain", WRONG, "not encrypted").await;
    });
}

/// What the endpoint does instead of an answer.
#[test]
fn an_endpoint_in_trouble() {
    type Lie = fn(&mut Reply);
    let lies: &[(&str, Lie, (u16, &str), &str)] = &[
        ("401", |reply| reply.fail(401, &json!({ "error": "xanthippe" })), WRONG, "UserInfo is refused"),
        ("403", |reply| reply.fail(403, &json!({})), WRONG, "UserInfo is refused"),
        ("500", |reply| reply.fail(500, &json!({})), WRONG, "UserInfo is refused"),
        ("204", |reply| reply.status = 204, WRONG, "UserInfo is refused"),
        ("no JSON", |reply| reply.body = b"<html>xanthippe".to_vec(), WRONG, "claims are no object"),
        ("nothing", |reply| reply.body.clear(), WRONG, "claims are no object"),
        (
            "twice the subject",
            |reply| {
                let text = String::from_utf8(reply.body.clone()).unwrap();
                reply.body = format!("{{\"sub\":\"eve\",{}", &text[1..]).into_bytes();
            },
            WRONG,
            "claims are no object",
        ),
        ("no text", |reply| reply.body = b"\xff\xfe".to_vec(), WRONG, "claims are no object"),
        ("too long", |reply| reply.body = vec![b' '; 300_000], WRONG, "too long"),
        ("far too long", |reply| reply.body = vec![b' '; 600_000], UNAVAILABLE, "the answer is too long"),
        ("without end", |reply| reply.manner = Manner::Endless, UNAVAILABLE, "the answer is too long"),
        ("cut", |reply| reply.manner = Manner::Cut, UNAVAILABLE, "broke off"),
        ("too late", |reply| reply.delay = Duration::from_secs(3), UNAVAILABLE, "no answer in time"),
        (
            "elsewhere",
            |reply| {
                reply.status = 302;
                reply.set_header("location", "https://evil.example.org/");
            },
            UNAVAILABLE,
            "a redirect",
        ),
    ];
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({ "timeout_seconds": 1 })).await;
        for (name, lie, refusal, cause) in lies {
            scene.peer.reply(Endpoint::UserInfo, *lie);
            scene.refuses(name, *refusal, cause).await;
        }
        scene.peer.be_honest();
        scene.lets_in("honest again", "ada").await;
    });
}
