//! Verifying signatures (RFC 7515 §5.2), compact serialisation.

use std::fmt;

use aws_lc_rs::hmac;
use serde_json::{Map, Value};

use super::{Defect, JwkSet};
use crate::base::{Secret, SignatureAlgorithm};
use crate::jose::encoding::{compact_parts, decode};
use crate::jose::strict_json;

/// A longer token, in octets, is not read.
pub(super) const MOST_OCTETS: usize = 256 * 1024;
/// A longer header, in octets of its JSON, is not read; certificate chains stand there (`x5c`).
const MOST_HEADER_OCTETS: usize = 8 * 1024;
/// The least octets of an HS256 key (RFC 7518 §3.2).
const LEAST_SECRET_OCTETS: usize = 32;

/// A key that two parties share, for HS256.
#[derive(Clone)]
pub struct SharedSecret(hmac::Key);

impl SharedSecret {
    /// The octets of a client secret (OpenID Connect Core 1.0 §10.1). `None` when they are fewer than 32 (RFC 7518 §3.2).
    pub fn of_client(secret: &Secret) -> Option<Self> {
        Self::new(secret.expose().as_bytes())
    }

    /// Any octets; `None` when they are fewer than 32.
    pub fn new(octets: &[u8]) -> Option<Self> {
        (octets.len() >= LEAST_SECRET_OCTETS).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, octets)))
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret")
    }
}

/// How a peer signs, and what verifies it: nothing that a token says changes that.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The one algorithm that is accepted.
    pub algorithm: SignatureAlgorithm,
    /// Its public keys; not looked at for HS256.
    pub keys: &'a JwkSet,
    /// The secret for HS256; not looked at for anything else.
    pub secret: Option<&'a SharedSecret>,
}

/// Which `typ` a token may have (RFC 7515 §4.1.9), compared without case and without `application/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenType {
    /// None, or `JWT`.
    Untyped,
    /// Exactly this one (RFC 8725 §3.11).
    Explicit(&'static str),
}

impl TokenType {
    fn accepts(self, typ: Option<&str>) -> bool {
        let is = |expected: &str| {
            typ.map(str::to_ascii_lowercase)
                .is_some_and(|typ| typ.strip_prefix("application/").unwrap_or(&typ) == expected)
        };
        match self {
            Self::Untyped => typ.is_none() || is("jwt"),
            Self::Explicit(expected) => is(expected),
        }
    }
}

/// Verifies `token` and gives its payload. Header members that name keys (`jku`, `jwk`, `x5u`, `x5c`) are not looked at.
pub fn verify(token: &str, signer: &Signer<'_>, typ: TokenType) -> Result<Vec<u8>, Defect> {
    if token.len() > MOST_OCTETS {
        return Err(Defect::TooLong);
    }
    let [header, payload, signature] = compact_parts(token).ok_or(Defect::Malformed)?;
    let message = &token.as_bytes()[..header.len() + 1 + payload.len()];
    let kid = check_header(header, signer.algorithm, typ)?;
    let payload = decode(payload).ok_or(Defect::Malformed)?;
    let signature = decode(signature).ok_or(Defect::Malformed)?;
    check_signature(signer, kid.as_deref(), message, &signature)?;
    Ok(payload)
}

/// Verifies `token` and gives its claims (RFC 7519 §7.2).
pub fn verify_claims(token: &str, signer: &Signer<'_>, typ: TokenType) -> Result<Map<String, Value>, Defect> {
    strict_json::object(&verify(token, signer, typ)?).ok_or(Defect::Claims)
}

/// Checks the header; gives `kid`.
fn check_header(header: &str, algorithm: SignatureAlgorithm, typ: TokenType) -> Result<Option<String>, Defect> {
    let header = decode(header).ok_or(Defect::Malformed)?;
    if header.len() > MOST_HEADER_OCTETS {
        return Err(Defect::TooLong);
    }
    let header = strict_json::object(&header).ok_or(Defect::Malformed)?;
    let text = |name: &str| match header.get(name) {
        None => Ok(None),
        Some(Value::String(value)) => Ok(Some(value.as_str())),
        Some(_) => Err(Defect::Malformed),
    };
    if text("alg")? != Some(algorithm.as_str()) {
        return Err(Defect::Algorithm);
    }
    if header.contains_key("crit") {
        return Err(Defect::CriticalExtension);
    }
    if !typ.accepts(text("typ")?) {
        return Err(Defect::Type);
    }
    Ok(text("kid")?.map(str::to_owned))
}

fn check_signature(signer: &Signer<'_>, kid: Option<&str>, message: &[u8], signature: &[u8]) -> Result<(), Defect> {
    if signer.algorithm == SignatureAlgorithm::Hs256 {
        let secret = signer.secret.ok_or(Defect::NoSharedSecret)?;
        return hmac::verify(&secret.0, message, signature).map_err(|_| Defect::Signature);
    }
    let candidates = signer.keys.candidates(signer.algorithm, kid)?;
    if candidates.iter().any(|key| key.verifies(signer.algorithm, message, signature)) {
        return Ok(());
    }
    Err(if kid.is_some() { Defect::Signature } else { Defect::UnknownKey })
}
