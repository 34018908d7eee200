//! Somebody who has the server's private key, or one of her own, and signs what the server never would.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parloir::base::{MasterKey, Purpose, Secret};
use serde_json::{Value, json};

use super::Server;
use super::database::SECRET_KEY;

/// A key with the header that its tokens have.
#[derive(Debug)]
pub(crate) struct Forger {
    key: Ed25519KeyPair,
    kid: String,
}

impl Forger {
    /// One with the key of the server, out of its database.
    pub(crate) async fn with_key_of(server: &Server) -> Self {
        let rows = server.database.rows("SELECT kid FROM signing_key", []).await;
        let [row] = rows.as_slice() else { panic!("one signing key was expected") };
        let kid: String = row.try_get("", "kid").unwrap();
        Self { key: Ed25519KeyPair::from_pkcs8(&key_material(server, &kid).await).unwrap(), kid }
    }

    /// One with a key of her own under the name of the server's.
    pub(crate) fn in_the_name_of(other: &Self) -> Self {
        Self { key: Ed25519KeyPair::generate().unwrap(), kid: other.kid.clone() }
    }

    /// The header of an honest token.
    pub(crate) fn header(&self) -> Value {
        json!({ "typ": "at+jwt", "alg": "EdDSA", "kid": self.kid })
    }

    /// The public key's 32 bytes.
    pub(crate) fn public_key(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }

    /// The public key as a JWK.
    pub(crate) fn jwk(&self) -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": self.kid, "x": encode(self.public_key()) })
    }

    /// A token with an honest header.
    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_under(&self.header(), claims)
    }

    /// A token with that header, signed with Ed25519 whatever the header says.
    pub(crate) fn sign_under(&self, header: &Value, claims: &Value) -> String {
        let message = unsigned(header, claims);
        let signature = encode(self.key.sign(message.as_bytes()).as_ref());
        format!("{message}.{signature}")
    }
}

/// What the database has of a signing key, opened: PKCS#8, or the bytes of a symmetric key.
pub(crate) async fn key_material(server: &Server, kid: &str) -> Vec<u8> {
    let rows = server.database.rows("SELECT algorithm, sealed FROM signing_key WHERE kid = $1", [kid.into()]).await;
    let [row] = rows.as_slice() else { panic!("there is no key {kid}") };
    let (algorithm, sealed): (String, Vec<u8>) =
        (row.try_get("", "algorithm").unwrap(), row.try_get("", "sealed").unwrap());
    let master = MasterKey::new(&Secret::new(SECRET_KEY));
    master.sealer(Purpose::SigningKey).open(algorithm.as_bytes(), &sealed).unwrap()
}

/// Header and claims of a token, without a signature.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()))
}

/// The header of a token, unverified.
pub(crate) fn header(token: &str) -> Value {
    serde_json::from_slice(&decode(token.split('.').next().unwrap())).unwrap()
}

/// The claims of a token, unverified.
pub(crate) fn claims(token: &str) -> Value {
    serde_json::from_slice(&decode(token.split('.').nth(1).unwrap())).unwrap()
}

/// What [`encode`] made.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Base64url without padding (RFC 7515 §2).
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
