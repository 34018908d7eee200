//! Encryption: the vectors of the RFCs, every combination, and what must not be decrypted.

use aws_lc_rs::agreement;
use serde_json::{Value, json};

use super::content::Sealed;
use super::key_management::{Agreement, ContentKey, derive};
use super::testing::{Envelope, changed, decryption, flipped, key, key_text};
use super::{Decryption, Defect, PrivateKey, PrivateKeyError};
use crate::base::ContentEncryption::{A128CbcHs256, A256Gcm};
use crate::base::KeyManagementAlgorithm::{EcdhEs, EcdhEsA256Kw, RsaOaep, RsaOaep256};
use crate::base::{ContentEncryption, KeyManagementAlgorithm, Random, Secret};
use crate::jose::encoding::{decode, encode};

const CONTENT: &[u8] = br#"{"sub":"ada"}"#;

/// A file of `tests/keys` whose key goes with the algorithm.
fn file_for(algorithm: KeyManagementAlgorithm) -> &'static str {
    if matches!(algorithm, RsaOaep | RsaOaep256) { "rsa-pkcs1" } else { "p256-sec1" }
}

fn combinations() -> impl Iterator<Item = (KeyManagementAlgorithm, ContentEncryption)> {
    let encryptions = || ContentEncryption::ALL.iter().copied();
    KeyManagementAlgorithm::ALL
        .iter()
        .flat_map(move |algorithm| encryptions().map(|encryption| (*algorithm, encryption)))
}

/// A sender and the receiver for one combination.
fn pair(algorithm: KeyManagementAlgorithm, encryption: ContentEncryption) -> (Envelope, Decryption) {
    let file = file_for(algorithm);
    (Envelope::new(algorithm, encryption, &key(file)), decryption(algorithm, encryption, vec![key(file)]))
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.split_ascii_whitespace().collect();
    digits.iter().map(|octet| u8::from_str_radix(octet, 16).unwrap()).collect()
}

#[test]
fn rfc_7516_a_1_rsa_oaep_and_gcm() {
    let jwk = json!({
        "kty": "RSA", "e": "AQAB",
        "n": "oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imEVhRU5djINXtqllXI4DFqcI1DgjT9LewND8MW2Krf3Sp\
              sk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0vEhxN92i2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs\
              6mS6XrgxnxbWhojf663tuEQueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm-L5StowjzGy-_bq6Gw",
        "d": "kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWMHXyvjYecPT9fpwR_M9gV8n9Hrh2anTpTD93\
              Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY46qAZIrA2xAwnm2X7uGR1hghkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24moOAbgxVw3rxT_vlt3U\
              Ve4WO3JkJOzlpUf-KTVI2Ptgm-dARxTEtE-id-4OJr0h-K-VFs3VSndVTIznSxfyrj8ILL6MG_Uv8YAu7VILSB3lOW085-4qE3DzgrTjgyQ",
        "p": "1r52Xk46c-LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaRQ-SWxkbkmoEzL7JXroSBjSrK3YIQgYdMgyAEPTPjXv_hI2_1eTSPVZfzL0lff\
              Nn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrbfDIwUbTrjjgieRbwC6Cl0",
        "q": "wLb35x7hmQWZsWJmB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa9XGrGnDew00J28cRUoeBB_jKI1oma0Orv1T9aXI\
              WxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtc",
        "dp": "ZK-YwE7diUh0qR1tR7w8WHtolDx3MZ_OTowiFvgfeQ3SiresXjm9gZ5KLhMXvo-uz-KUJWDxS5pFQ_M0evdo1dKiRTjVw_x4NyqyXPM5nULPkcpU827\
               rnpZzAJKpdhWAgqrXGKAECQH0Xt4taznjnd_zVpAmZZq60WPMBMfKcuE",
        "dq": "Dq0gfgJ1DdFGXiLvQEZnuKEN0UUmsJBxkjydc3j4ZYdBiMRAy86x0vHCjywcMlYYg4yoC4YZa9hNVcsjqA3FeiL19rk8g6Qn29Tt0cj8qqyFpz9vNDB\
               UfCAiJVeESOjJDZPYHdHY8v1b-o-Z2X5tvLx-TCekf7oxyeKDUqKWjis",
        "qi": "VIMpMYbPf47dT1w_zDUXfPimsSegnMOA1zTaX7aGk_8urY6R8-ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6flUK4SlOydB61gwanOsXGOAOv82cHq0E3\
               eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz9JF_XyaY14ardLSjf4L_FNY",
    });
    let token = "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeips\
                 EdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb7\
                 6FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ\
                 _ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8i\
                 B7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ";
    let receiver = decryption(RsaOaep, A256Gcm, vec![PrivateKey::read(&Secret::new(jwk.to_string())).unwrap()]);
    let text = b"The true sign of intelligence is not knowledge but imagination.".as_slice();
    assert_eq!(receiver.decrypt(token).as_deref(), Ok(text));
}

#[test]
fn rfc_7518_b_1_cbc_and_hmac() {
    let mut key = ContentKey::default();
    key.iter_mut().zip(0_u8..).for_each(|(octet, value)| *octet = value);
    let sealed = Sealed {
        additional: b"The second principle of Auguste Kerckhoffs",
        iv: hex("1a f3 8c 2d c2 b9 6f fd d8 66 94 09 23 41 bc 04"),
        ciphertext: hex(
            "c8 0e df a3 2d df 39 d5 ef 00 c0 b4 68 83 42 79 a2 e4 6a 1b 80 49 f7 92 f7 6b fe 54 b9 03 a9 c9
            a9 4a c9 b4 7a d2 65 5c 5f 10 f9 ae f7 14 27 e2 fc 6f 9b 3f 39 9a 22 14 89 f1 63 62 c7 03 23 36
            09 d4 5a c6 98 64 e3 32 1c f8 29 35 ac 40 96 c8 6e 13 33 14 c5 40 19 e8 ca 79 80 df a4 b9 cf 1b
            38 4c 48 6f 3a 54 c5 10 78 15 8e e5 d7 9d e5 9f bd 34 d8 48 b3 d6 95 50 a6 76 46 34 44 27 ad e5
            4b 88 51 ff b5 98 f7 f8 00 74 b9 47 3c 82 e2 db",
        ),
        tag: hex("65 2c 3f a3 6b 0a 7c 5b 32 19 fa b3 a3 0b c1 c4"),
    };
    let text = "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy \
                without inconvenience";
    assert_eq!(sealed.open(A128CbcHs256, &key).as_deref(), Some(text.as_bytes()));
    // The tag covers each of them.
    for changed in [
        Sealed {
            additional: b"",
            iv: sealed.iv.clone(),
            ciphertext: sealed.ciphertext.clone(),
            tag: sealed.tag.clone(),
        },
        Sealed { iv: vec![0; 16], ciphertext: sealed.ciphertext.clone(), tag: sealed.tag.clone(), ..sealed },
        Sealed {
            iv: sealed.iv.clone(),
            ciphertext: sealed.ciphertext[16..].to_vec(),
            tag: sealed.tag.clone(),
            ..sealed
        },
        Sealed {
            iv: sealed.iv.clone(),
            ciphertext: sealed.ciphertext.clone(),
            tag: sealed.tag[..12].to_vec(),
            ..sealed
        },
        Sealed { iv: sealed.iv.clone(), ciphertext: sealed.ciphertext.clone(), tag: vec![], ..sealed },
    ] {
        assert_eq!(changed.open(A128CbcHs256, &key), None);
    }
}

#[test]
fn rfc_7518_c_key_agreement() {
    let private = decode("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw").unwrap();
    let private = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, &private).unwrap();
    let [x, y] = ["gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"]
        .map(|coordinate| decode(coordinate).unwrap());
    let peer = agreement::UnparsedPublicKey::new(&agreement::ECDH_P256, [&[4], x.as_slice(), &y].concat());
    let parties = Agreement { ephemeral: None, party_u: b"Alice".to_vec(), party_v: b"Bob".to_vec() };
    let mut key = [0; 16];
    agreement::agree(&private, peer, (), |secret| derive(secret, "A128GCM", &parties, &mut key).ok_or(())).unwrap();
    assert_eq!(encode(&key), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn every_combination_decrypts() {
    for (algorithm, encryption) in combinations() {
        let (sender, receiver) = pair(algorithm, encryption);
        for content in [CONTENT, b"", &[7; 16], &[7; 1000]] {
            assert_eq!(receiver.decrypt(&sender.seal(content)).as_deref(), Ok(content), "{algorithm:?} {encryption:?}");
        }
    }
    for file in ["p384-sec1", "p521-sec1"] {
        let sender = Envelope::new(EcdhEsA256Kw, A256Gcm, &key(file));
        let receiver = decryption(EcdhEsA256Kw, A256Gcm, vec![key(file)]);
        assert_eq!(receiver.decrypt(&sender.seal(CONTENT)).as_deref(), Ok(CONTENT), "{file}");
    }
}

#[test]
fn a_changed_token_gives_the_one_error() {
    for (algorithm, encryption) in combinations() {
        let (sender, receiver) = pair(algorithm, encryption);
        for token in flipped(&sender.seal(CONTENT)) {
            assert_eq!(receiver.decrypt(&token), Err(Defect::Undecryptable), "{algorithm:?} {encryption:?}");
        }
    }
}

#[test]
fn the_settings_choose_the_algorithms_and_not_the_token() {
    for (algorithm, encryption) in combinations() {
        let (_, receiver) = pair(algorithm, encryption);
        for (theirs, their_encryption) in combinations().filter(|other| *other != (algorithm, encryption)) {
            let (sender, _) = pair(theirs, their_encryption);
            assert_eq!(receiver.decrypt(&sender.seal(CONTENT)), Err(Defect::Undecryptable));
            let renamed = sender.under(json!({ "alg": algorithm.as_str(), "enc": encryption.as_str() }));
            assert_eq!(receiver.decrypt(&renamed.seal(CONTENT)), Err(Defect::Undecryptable));
        }
    }
}

#[test]
fn headers() {
    let under = |changes: &Value| {
        let (sender, receiver) = pair(EcdhEs, A256Gcm);
        receiver.decrypt(&sender.under(changes.clone()).seal(CONTENT))
    };
    for changes in [
        json!({ "iss": "https://provider.example.org", "aud": "us", "typ": "JWT" }),
        json!({ "cty": null }),
        json!({ "kid": null }),
        json!({ "kid": "what the provider calls it" }),
        json!({ "x5t": "AAAA", "unknown": {} }),
    ] {
        assert_eq!(under(&changes).as_deref(), Ok(CONTENT), "{changes}");
    }
    let epk = |changes: &Value| {
        let jwk = json!(key("p256-pkcs8").published_for_encryption(EcdhEs).unwrap());
        json!({ "epk": changed(&jwk, changes) })
    };
    for changes in [
        json!({ "zip": "DEF" }),
        json!({ "crit": ["exp"], "exp": 1 }),
        json!({ "crit": [] }),
        json!({ "jku": "https://evil.example.org" }),
        json!({ "jwk": {} }),
        json!({ "x5u": "https://evil.example.org" }),
        json!({ "alg": "dir" }),
        json!({ "alg": ["ECDH-ES"] }),
        json!({ "enc": null }),
        json!({ "kid": 7 }),
        json!({ "apu": "Alice=" }),
        json!({ "apu": 7 }),
        json!({ "apv": null }),
        json!({ "epk": null }),
        json!({ "epk": "AAAA" }),
        epk(&json!({ "y": null })),
        epk(&json!({ "crv": "P-384" })),
        epk(&json!({ "kty": "OKP" })),
        // Not on the curve.
        epk(&json!({ "x": encode(&[7; 32]) })),
        epk(&json!({ "x": encode(&[0; 32]), "y": encode(&[0; 32]) })),
        // A good point, of another curve, or not the one that was agreed with.
        epk(&json!({})),
        json!({ "epk": key("p384-sec1").published_for_encryption(EcdhEs).unwrap() }),
        json!({ "x": "x".repeat(2048) }),
    ] {
        assert_eq!(under(&changes), Err(Defect::Undecryptable), "{changes}");
    }
}

#[test]
fn forms() {
    for (algorithm, encryption) in combinations() {
        let (sender, receiver) = pair(algorithm, encryption);
        let token = sender.seal(CONTENT);
        let parts: Vec<_> = token.split('.').collect();
        let with = |at: usize, part: &str| {
            let mut parts = parts.clone();
            parts[at] = part;
            parts.join(".")
        };
        let long = format!("{}AAAA", parts[2]);
        for wrong in [
            String::new(),
            "....".to_owned(),
            parts[..4].join("."),
            format!("{token}."),
            format!(" {token}"),
            format!("{token}\n"),
            with(0, &encode(b"[]")),
            with(1, &encode(&[7; 32])),
            with(1, &encode(&[7; 40])),
            with(1, &encode(&[7; 256])),
            with(1, if algorithm == EcdhEs { "AAAA" } else { "" }),
            with(2, ""),
            with(2, &long),
            with(2, &encode(&[7; 8])),
            with(3, ""),
            with(4, ""),
            with(4, &parts[4][..16]),
            with(4, &format!("{}AAAA", parts[4])),
        ] {
            assert_eq!(receiver.decrypt(&wrong), Err(Defect::Undecryptable), "{algorithm:?} {encryption:?} {wrong}");
        }
    }
    let (sender, receiver) = pair(RsaOaep, A256Gcm);
    assert_eq!(receiver.decrypt(&sender.seal(&vec![7; 256 * 1024])), Err(Defect::Undecryptable));
}

/// A JWK of `file` with a name of its own.
fn named(file: &str, kid: &str) -> PrivateKey {
    // The private part is taken out of SEC 1: at a fixed place for P-256 (RFC 5915 §3).
    let der = pem::parse_many(key_text(file).expose()).unwrap().pop().unwrap().into_contents();
    let published = json!(key(file).published_for_encryption(EcdhEs).unwrap());
    let jwk = changed(&published, &json!({ "d": encode(&der[7..39]), "kid": kid, "alg": null }));
    PrivateKey::read(&Secret::new(jwk.to_string())).unwrap()
}

#[test]
fn keys_are_chosen_by_name_and_tried_without_one() {
    let (old, new) = (|| key("rsa-pkcs1"), || key("rsa-other"));
    let receiver = decryption(RsaOaep, A256Gcm, vec![new(), old()]);
    for sender in [old(), new()] {
        for header in [json!({}), json!({ "kid": null }), json!({ "kid": "what the provider calls it" })] {
            let token = Envelope::new(RsaOaep, A256Gcm, &sender).under(header).seal(CONTENT);
            assert_eq!(receiver.decrypt(&token).as_deref(), Ok(CONTENT));
        }
    }
    let stranger = decryption(RsaOaep, A256Gcm, vec![new()]);
    let token = Envelope::new(RsaOaep, A256Gcm, &old()).seal(CONTENT);
    assert_eq!(stranger.decrypt(&token), Err(Defect::Undecryptable));
}

#[test]
fn a_jwk_insists_on_its_own_name() {
    let receiver = decryption(EcdhEs, A256Gcm, vec![named("p256-sec1", "mine")]);
    let sealed =
        |kid: Value| Envelope::new(EcdhEs, A256Gcm, &key("p256-sec1")).under(json!({ "kid": kid })).seal(CONTENT);
    assert_eq!(receiver.decrypt(&sealed(json!("mine"))).as_deref(), Ok(CONTENT));
    assert_eq!(receiver.decrypt(&sealed(Value::Null)).as_deref(), Ok(CONTENT));
    assert_eq!(receiver.decrypt(&sealed(json!("another"))), Err(Defect::Undecryptable));
    // Beside a nameless one, the named one is still found.
    let both = decryption(EcdhEs, A256Gcm, vec![key("p384-sec1"), named("p256-sec1", "mine")]);
    assert_eq!(both.decrypt(&sealed(json!("mine"))).as_deref(), Ok(CONTENT));
    assert_eq!(
        both.published().iter().map(|key| key.kid.as_str()).collect::<Vec<_>>(),
        [key("p384-sec1").kid(), "mine"]
    );
}

#[test]
fn keys_that_do_not_go_together() {
    let new = |algorithm, keys| Decryption::new(algorithm, A256Gcm, keys, Random::System).map(drop);
    let rsa = key("rsa-pkcs1").kid().to_owned();
    assert_eq!(new(RsaOaep, vec![]), Err(PrivateKeyError::None));
    assert_eq!(new(EcdhEs, vec![key("rsa-pkcs1")]), Err(PrivateKeyError::Unsuitable(rsa.clone())));
    assert_eq!(new(RsaOaep, vec![key("rsa-pkcs1"), key("rsa-pkcs8")]), Err(PrivateKeyError::Duplicate(rsa)));
    assert!(new(RsaOaep, vec![key("ed25519-pkcs8")]).is_err());
}
