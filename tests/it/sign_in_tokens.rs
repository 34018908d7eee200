//! A token endpoint that answers wrongly, and ID tokens that may not be believed: nobody gets in.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::forger::{decode, encode};
use crate::harness::{Database, Kind, on_both, run};
use crate::peer::{CLIENT_ID, CLIENT_SECRET, Endpoint, Key, Manner, Reply, Scene, Seal, Token};

const UNAVAILABLE: (u16, &str) = (503, "provider_unavailable");
const WRONG: (u16, &str) = (502, "provider_error");

type ReplyLie = fn(&mut Reply);
type TokenLie = fn(&mut Token);

/// What the token endpoint answers, the refusal, and the cause in the log.
const ANSWERS: &[(&str, ReplyLie, (u16, &str), &str)] = &[
    ("400", |reply| reply.fail(400, &json!({ "error": "invalid_grant" })), WRONG, "refuses: invalid_grant"),
    ("401", |reply| reply.fail(401, &json!({ "error": "invalid_client" })), WRONG, "refuses: invalid_client"),
    (
        "400 that talks",
        |reply| {
            let description = "xanthippe@quux.example, code-1";
            reply.fail(400, &json!({ "error": "xanthippe quux", "error_description": description }));
        },
        WRONG,
        "refuses: ?",
    ),
    ("500", |reply| reply.fail(500, &json!({ "message": "xanthippe" })), WRONG, "cannot be read"),
    (
        "500 without a body",
        |reply| {
            reply.status = 500;
            reply.body.clear();
        },
        WRONG,
        "is refused",
    ),
    ("no JSON", |reply| reply.body = b"<html>xanthippe".to_vec(), WRONG, "cannot be read"),
    ("no object", |reply| reply.body = b"[]".to_vec(), WRONG, "cannot be read"),
    ("nothing", |reply| reply.body.clear(), WRONG, "is refused"),
    ("no ID token", |reply| reply.edit(|it| without(it, "id_token")), WRONG, "no ID token"),
    ("an ID token that is null", |reply| reply.edit(|it| it["id_token"] = json!(null)), WRONG, "no ID token"),
    ("an ID token that is a number", |reply| reply.edit(|it| it["id_token"] = json!(7)), WRONG, "cannot be read"),
    ("an ID token that is none", |reply| reply.edit(|it| it["id_token"] = json!("x")), WRONG, "malformed"),
    ("an empty ID token", |reply| reply.edit(|it| it["id_token"] = json!("")), WRONG, "malformed"),
    ("no access token", |reply| reply.edit(|it| without(it, "access_token")), WRONG, "cannot be read"),
    (
        "an access token that is no header",
        |reply| {
            reply.edit(|it| {
                it["access_token"] = json!("a\nb");
            });
        },
        WRONG,
        "another access token",
    ),
    ("another type", |reply| reply.edit(|it| it["token_type"] = json!("mac")), WRONG, "another type"),
    ("no type", |reply| reply.edit(|it| without(it, "token_type")), WRONG, "cannot be read"),
    ("too late", |reply| reply.delay = Duration::from_secs(3), UNAVAILABLE, "no answer in time"),
    ("half of it", |reply| reply.manner = Manner::Stall, UNAVAILABLE, "no answer in time"),
    ("cut", |reply| reply.manner = Manner::Cut, UNAVAILABLE, "broke off"),
    ("without end", |reply| reply.manner = Manner::Endless, UNAVAILABLE, "too long"),
    (
        "elsewhere",
        |reply| {
            reply.status = 307;
            reply.set_header("location", "/userinfo");
        },
        UNAVAILABLE,
        "a redirect",
    ),
];

fn without(answer: &mut Value, name: &str) {
    answer.as_object_mut().unwrap().shift_remove(name);
}

#[test]
fn each_wrong_token_answer() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({ "timeout_seconds": 1 })).await;
        for (name, lie, refusal, cause) in ANSWERS {
            scene.peer.reply(Endpoint::Token, *lie);
            scene.refuses(name, *refusal, cause).await;
        }
        assert!(scene.peer.received(Endpoint::UserInfo).is_empty());
        scene.peer.be_honest();
        scene.lets_in("honest again", "ada").await;
    });
}

fn at(token: &mut Token, claim: &str, seconds: i64) {
    token.claims[claim] = json!(token.claims["iat"].as_i64().unwrap() + seconds);
}

/// What is wrong with an ID token, and the cause in the log.
const ID_TOKENS: &[(&str, TokenLie, &str)] = &[
    ("unsigned", |it| it.sign_with(&Arc::new(Key::nothing())), "another signature algorithm"),
    ("unsigned in capitals", |it| it.header["alg"] = json!("NONE"), "another signature algorithm"),
    ("another algorithm", |it| it.sign_with(&Arc::new(Key::okp("first"))), "another signature algorithm"),
    ("another algorithm by name", |it| it.header["alg"] = json!("ES384"), "another signature algorithm"),
    ("no algorithm", |it| it.header["alg"] = json!(null), "malformed"),
    (
        "the client secret",
        |it| it.sign_with(&Arc::new(Key::secret("first", CLIENT_SECRET.as_bytes()))),
        "another signature algorithm",
    ),
    ("another key of that name", |it| it.key = Arc::new(Key::ec("first")), "a wrong signature"),
    ("a key of another name", |it| it.sign_with(&Arc::new(Key::ec("second"))), "an unknown key"),
    (
        "a key in the header",
        |it| {
            let key = Arc::new(Key::ec("own"));
            it.header["jwk"] = key.public();
            it.header["kid"] = json!("first");
            it.key = key;
        },
        "a wrong signature",
    ),
    ("a critical extension", |it| it.header["crit"] = json!(["exp"]), "a critical extension"),
    ("no critical extension", |it| it.header["crit"] = json!([]), "a critical extension"),
    ("a logout token", |it| it.header["typ"] = json!("logout+jwt"), "another kind of token"),
    ("an access token", |it| it.header["typ"] = json!("at+jwt"), "another kind of token"),
    ("a list of claims", |it| it.claims = json!([]), "claims are no object"),
    ("another issuer", |it| it.claims["iss"] = json!("https://evil.example.org"), "another issuer"),
    ("no issuer", |it| it.without("iss"), "no issuer"),
    ("another audience", |it| it.claims["aud"] = json!("another"), "another audience"),
    ("no audience", |it| it.without("aud"), "no audience"),
    ("an empty audience", |it| it.claims["aud"] = json!([]), "no audience"),
    ("an audience of numbers", |it| it.claims["aud"] = json!([CLIENT_ID, 7]), "no audience"),
    ("two audiences", |it| it.claims["aud"] = json!([CLIENT_ID, "another"]), "several audiences"),
    ("another party", |it| it.claims["azp"] = json!("another"), "another authorized party"),
    ("expired", |it| at(it, "exp", -60), "expired"),
    ("no expiry", |it| it.without("exp"), "no expiry"),
    ("an expiry in words", |it| it.claims["exp"] = json!("tomorrow"), "no expiry"),
    ("issued in the future", |it| at(it, "iat", 61), "issued in the future"),
    ("no time of issue", |it| it.without("iat"), "no time of issue"),
    ("valid later", |it| at(it, "nbf", 61), "not yet valid"),
    ("valid some day", |it| it.claims["nbf"] = json!("soon"), "not yet valid"),
    ("no nonce", |it| it.without("nonce"), "no nonce"),
    ("another nonce", |it| it.claims["nonce"] = json!("another"), "another nonce"),
    ("a nonce that is a list", |it| it.claims["nonce"] = json!([it.claims["nonce"].clone()]), "no nonce"),
    ("another access token", |it| it.claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA"), "another access token"),
    ("a hash that is none", |it| it.claims["at_hash"] = json!(7), "another access token"),
    ("no subject", |it| it.without("sub"), "no subject"),
    ("a numeric subject", |it| it.claims["sub"] = json!(7), "no subject"),
    ("an empty subject", |it| it.claims["sub"] = json!(""), "an unusable subject"),
    ("a long subject", |it| it.claims["sub"] = json!("a".repeat(256)), "an unusable subject"),
    ("a subject with NUL", |it| it.claims["sub"] = json!("a\0b"), "an unusable subject"),
    ("a numeric session", |it| it.claims["sid"] = json!(7), "an unusable session id"),
    ("encrypted", |it| it.sealed = Some(Seal::to(&Key::ec("x").public(), "ECDH-ES", "A256GCM")), "encrypted"),
];

#[test]
fn each_wrong_id_token() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        for (name, lie, cause) in ID_TOKENS {
            scene.peer.id_token(*lie);
            scene.refuses(name, WRONG, cause).await;
        }
        assert!(scene.peer.received(Endpoint::UserInfo).is_empty());
        scene.peer.be_honest();
        scene.lets_in("honest again", "ada").await;
    });
}

#[test]
fn what_an_id_token_may_say() {
    let tokens: &[(&str, TokenLie)] = &[
        ("a clock ahead", |it| at(it, "iat", 60)),
        ("a clock ahead, for nbf", |it| at(it, "nbf", 60)),
        ("a clock behind", |it| at(it, "exp", -59)),
        ("a list", |it| it.claims["aud"] = json!([CLIENT_ID])),
        ("two audiences and a party", |it| {
            it.claims["aud"] = json!(["another", CLIENT_ID]);
            it.claims["azp"] = json!(CLIENT_ID);
        }),
        ("no hash", |it| it.without("at_hash")),
        ("no session", |it| it.without("sid")),
        ("a type", |it| it.header["typ"] = json!("JWT")),
        ("a key elsewhere", |it| it.header["jku"] = json!("https://evil.example.org/jwks")),
        ("half seconds", |it| it.claims["exp"] = json!(it.claims["exp"].as_f64().unwrap() + 0.5)),
    ];
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        for (name, change) in tokens {
            scene.peer.id_token(*change);
            scene.lets_in(name, name).await;
        }
        scene.peer.be_honest();
        for subject in ["é".repeat(255), "a b\t\"'; --".to_owned(), "\u{1f3c6}\u{202e}".to_owned(), " ".to_owned()] {
            scene.lets_in(&subject, &subject).await;
        }
        assert_eq!(scene.traces().await.accounts, i64::try_from(tokens.len()).unwrap() + 4);
    });
}

/// Signs the ID token of an answer anew, after `change` of the texts of its header and its claims.
fn resign(reply: &mut Reply, key: &Key, change: impl Fn(String, String) -> (String, String)) {
    reply.edit(|it| {
        let token = it["id_token"].as_str().unwrap().to_owned();
        let mut parts = token.split('.').map(|part| String::from_utf8_lossy(&decode(part)).into_owned());
        let (header, claims) = change(parts.next().unwrap(), parts.next().unwrap());
        let message = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
        it["id_token"] = json!(format!("{message}.{}", encode(&key.sign("ES256", message.as_bytes()))));
    });
}

// Two readers of one text must not read two things in it.
#[test]
fn a_member_that_stands_twice() {
    let also = |text: &str, member: &str| format!("{},{member}}}", text.strip_suffix('}').unwrap());
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        let key = scene.sign_with(Key::ec("k"));
        let signer = Arc::clone(&key);
        scene.peer.reply(Endpoint::Token, move |reply| {
            resign(reply, &signer, |header, claims| (header, also(&claims, "\"sub\":\"eve\"")));
        });
        scene.refuses("a claim", WRONG, "claims are no object").await;
        let signer = Arc::clone(&key);
        scene.peer.reply(Endpoint::Token, move |reply| {
            resign(reply, &signer, |header, claims| (also(&header, "\"alg\":\"ES256\""), claims));
        });
        scene.refuses("the algorithm", WRONG, "malformed").await;
        scene.peer.reply(Endpoint::Token, move |reply| resign(reply, &key, |header, claims| (header, claims)));
        scene.lets_in("signed anew", "ada").await;
    });
}

#[test]
fn the_public_key_is_no_secret() {
    run(Kind::Sqlite, |database: Database| async move {
        for (algorithm, cause) in [("RS256", "another signature algorithm"), ("HS256", "a wrong signature")] {
            let scene = Scene::new(&database, json!({ "id_token_signed_response_alg": algorithm })).await;
            let key = scene.sign_with(Key::rsa("r"));
            scene.peer.id_token(move |it| it.sign_with(&Arc::new(Key::secret("r", key.public_pem().as_bytes()))));
            scene.refuses(algorithm, WRONG, cause).await;
        }
    });
}

#[test]
fn a_token_that_should_be_encrypted() {
    run(Kind::Sqlite, |database: Database| async move {
        let ours = Key::ec("ours");
        let file = database.folder().join("ours.pem");
        std::fs::write(&file, ours.private_pem()).unwrap();
        let settings = json!({
            "id_token_encrypted_response_alg": "ECDH-ES",
            "id_token_encrypted_response_enc": "A256GCM",
            "decryption_key_files": [file],
        });
        let scene = Scene::new(&database, settings).await;
        scene.refuses("plain", WRONG, "not encrypted").await;
        let seals = [
            ("another recipient", Seal::to(&Key::ec("ours").public(), "ECDH-ES", "A256GCM")),
            ("another wrapping", Seal::to(&ours.public(), "ECDH-ES+A256KW", "A256GCM")),
            ("another encryption", Seal::to(&ours.public(), "ECDH-ES", "A128CBC-HS256")),
        ];
        for (name, seal) in seals {
            scene.peer.id_token(move |it| it.sealed = Some(seal.clone()));
            scene.refuses(name, WRONG, "cannot be decrypted").await;
        }
        let seal = Seal::to(&ours.public(), "ECDH-ES", "A256GCM");
        let unsigned = seal.clone();
        scene.peer.id_token(move |it| {
            it.signed = false;
            it.sealed = Some(unsigned.clone());
        });
        scene.refuses("unsigned inside", WRONG, "not signed").await;
        scene.peer.id_token(move |it| it.sealed = Some(seal.clone()));
        scene.lets_in("as it must be", "ada").await;
    });
}

#[test]
fn the_level_of_authentication() {
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({ "acr_values": ["eidas2", "eidas3"] })).await;
        let weak = (403, "authentication_too_weak");
        scene.refuses("missing", weak, "level of authentication").await;
        for acr in [json!("eidas1"), json!(""), json!("EIDAS2"), json!(["eidas2"]), json!("eidas2 eidas3")] {
            let name = acr.to_string();
            scene.peer.id_token(move |it| it.claims["acr"] = acr.clone());
            scene.refuses(&name, weak, "level of authentication").await;
        }
        scene.peer.id_token(|it| it.claims["acr"] = json!("eidas3"));
        scene.lets_in("enough", "ada").await;
        let asked = &scene.peer.received(Endpoint::Authorization)[0].parameters["claims"];
        let asked: Value = serde_json::from_str(asked).unwrap();
        assert_eq!(asked["id_token"]["acr"], json!({ "essential": true, "values": ["eidas2", "eidas3"] }));
    });
}

on_both! {
    // A new key is found by asking once more; a stranger's invented name costs the provider one request in ten seconds.
    async fn an_unknown_key(database: Database) {
        let scene = Scene::new(&database, json!({})).await;
        scene.lets_in("the first key", "ada").await;
        let keys_read = || scene.peer.received(Endpoint::Jwks).len();
        assert_eq!(keys_read(), 1);
        database.clock.advance(Duration::from_secs(10));
        scene.sign_with(Key::ec("second"));
        assert!(scene.knows(&scene.signed_in().await).await);
        assert_eq!(keys_read(), 2);
        scene.peer.id_token(|it| it.header["kid"] = json!("invented"));
        for _ in 0..3 {
            let (_, page) = scene.sign_in().await;
            assert_eq!((page.answer.status, &*page.answer.code()), WRONG, "{}", page.answer);
        }
        assert_eq!(keys_read(), 2);
        database.clock.advance(Duration::from_secs(10));
        for _ in 0..3 {
            assert_eq!(scene.sign_in().await.1.answer.status, 502);
        }
        assert_eq!(keys_read(), 3);
        // While the keys cannot be had, those that are known serve.
        scene.peer.be_honest();
        scene.peer.reply(Endpoint::Jwks, |reply| reply.fail(500, &json!({})));
        database.clock.advance(Duration::from_hours(2));
        scene.signed_in().await;
    }
}

#[test]
fn keys_that_cannot_be_had() {
    let lies: &[(&str, ReplyLie, &str)] = &[
        ("500", |reply| reply.fail(500, &json!({})), "they are refused"),
        ("no JSON", |reply| reply.body = b"<html>".to_vec(), "they cannot be read"),
        ("no set", |reply| reply.body = b"{}".to_vec(), "they cannot be read"),
        ("cut", |reply| reply.manner = Manner::Cut, "broke off"),
        ("without end", |reply| reply.manner = Manner::Endless, "too long"),
    ];
    run(Kind::Sqlite, |database: Database| async move {
        let scene = Scene::new(&database, json!({})).await;
        for (name, lie, cause) in lies {
            scene.peer.reply(Endpoint::Jwks, *lie);
            scene.refuses(name, UNAVAILABLE, cause).await;
        }
        scene.peer.reply(Endpoint::Jwks, |reply| reply.body = b"{\"keys\": [{}, 7]}".to_vec());
        scene.refuses("no key", WRONG, "an unknown key").await;
        scene.peer.be_honest();
        scene.lets_in("honest again", "ada").await;
    });
}
