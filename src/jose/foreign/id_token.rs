//! ID tokens (OpenID Connect Core 1.0 §2, §3.1.3.7).

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, SHA512, digest};
use serde_json::{Map, Value};

use super::claims::{moment, same_subject, session_id, subject};
use super::{Decryption, Defect, RelyingParty, Signer, TokenType, verify_nested_claims};
use crate::base::{SignatureAlgorithm, Timestamp};
use crate::jose::encoding::encode;

/// What an ID token must be and say.
#[derive(Clone, Copy, Debug)]
pub struct IdTokenRules<'a> {
    /// Provider, client and time.
    pub party: RelyingParty<'a>,
    /// How it is signed.
    pub signer: Signer<'a>,
    /// How it is encrypted; `None` when it must not be.
    pub decryption: Option<&'a Decryption>,
    /// The nonce of the authentication request; `None` when there was none (a refresh).
    pub nonce: Option<&'a str>,
    /// The access token that came with it: `at_hash` must be its hash when it stands there.
    pub access_token: Option<&'a str>,
    /// One of these must be `acr`; empty when none is asked for.
    pub acr_values: &'a [String],
    /// How long ago the person may have authenticated; `None` when it does not matter.
    pub max_age: Option<Duration>,
    /// Who it must be about; `None` when anybody may sign in. A refresh or a silent sign-in knows (§12.2).
    pub subject: Option<&'a str>,
}

impl<'a> IdTokenRules<'a> {
    /// The rules that always hold; the others are fields to set.
    pub const fn new(party: RelyingParty<'a>, signer: Signer<'a>) -> Self {
        Self {
            party,
            signer,
            decryption: None,
            nonce: None,
            access_token: None,
            acr_values: &[],
            max_age: None,
            subject: None,
        }
    }
}

/// What a verified ID token says.
#[derive(Clone, Debug, PartialEq)]
pub struct IdTokenClaims {
    /// The provider.
    pub issuer: String,
    /// Who signed in: 1 to 255 characters, unique at the provider, never reassigned.
    pub subject: String,
    /// For whom it was made; we are one of them.
    pub audience: Vec<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When the person authenticated.
    pub auth_time: Option<Timestamp>,
    /// How well (`acr`).
    pub acr: Option<String>,
    /// With what (`amr`, RFC 8176).
    pub amr: Vec<String>,
    /// The session at the provider (`sid`, Back-Channel Logout 1.0 §2.1).
    pub session_id: Option<String>,
    /// All other claims.
    pub other: Map<String, Value>,
}

/// Decrypts, verifies and checks an ID token.
pub fn verify_id_token(token: &str, rules: &IdTokenRules<'_>) -> Result<IdTokenClaims, Defect> {
    let claims = verify_nested_claims(token, &rules.signer, TokenType::Untyped, rules.decryption)?;
    let party = &rules.party;
    party.check_issuer(&claims)?;
    let audience = party.check_authorized_party(&claims)?;
    let expires_at = party.check_expiry(&claims)?;
    let issued_at = party.check_issued_at(&claims)?;
    party.check_not_before(&claims)?;
    check_nonce(&claims, rules.nonce)?;
    check_access_token(&claims, rules)?;
    check_authentication(&claims, rules)?;
    let subject = subject(&claims)?;
    if let Some(expected) = rules.subject {
        same_subject(&claims, expected)?;
    }
    Ok(IdTokenClaims {
        issuer: party.issuer.to_owned(),
        subject,
        audience,
        expires_at,
        issued_at,
        auth_time: moment(&claims, "auth_time"),
        acr: claims.get("acr").and_then(Value::as_str).map(str::to_owned),
        amr: texts(&claims, "amr"),
        session_id: session_id(&claims)?,
        other: others(claims),
    })
}

/// Rule 11.
fn check_nonce(claims: &Map<String, Value>, expected: Option<&str>) -> Result<(), Defect> {
    let Some(expected) = expected else { return Ok(()) };
    match claims.get("nonce").and_then(Value::as_str) {
        None => Err(Defect::NonceMissing),
        Some(nonce) if nonce == expected => Ok(()),
        Some(_) => Err(Defect::Nonce),
    }
}

/// §3.1.3.8: the left half of the access token's hash.
fn check_access_token(claims: &Map<String, Value>, rules: &IdTokenRules<'_>) -> Result<(), Defect> {
    let (Some(hash), Some(access_token)) = (claims.get("at_hash"), rules.access_token) else { return Ok(()) };
    // The hash is that of the signature algorithm; inside Ed25519 it is SHA-512 (RFC 8032 §5.1).
    let algorithm = if rules.signer.algorithm == SignatureAlgorithm::EdDsa { &SHA512 } else { &SHA256 };
    let digest = digest(algorithm, access_token.as_bytes());
    let (left, _) = digest.as_ref().split_at(digest.as_ref().len() / 2);
    if *hash == encode(left) { Ok(()) } else { Err(Defect::AccessTokenHash) }
}

/// Rules 12 and 13.
fn check_authentication(claims: &Map<String, Value>, rules: &IdTokenRules<'_>) -> Result<(), Defect> {
    if !rules.acr_values.is_empty() {
        let acr = claims.get("acr").and_then(Value::as_str).ok_or(Defect::AuthenticationContextMissing)?;
        if !rules.acr_values.iter().any(|accepted| accepted == acr) {
            return Err(Defect::AuthenticationContext);
        }
    }
    if let Some(max_age) = rules.max_age {
        let authenticated = moment(claims, "auth_time").ok_or(Defect::AuthenticationTimeMissing)?;
        if rules.party.now > authenticated.after(max_age).after(rules.party.clock_tolerance) {
            return Err(Defect::AuthenticatedTooLongAgo);
        }
    }
    Ok(())
}

fn texts(claims: &Map<String, Value>, name: &str) -> Vec<String> {
    let items = claims.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// What has no field of its own.
fn others(mut claims: Map<String, Value>) -> Map<String, Value> {
    const TYPED: [&str; 12] =
        ["iss", "sub", "aud", "azp", "exp", "iat", "nbf", "nonce", "at_hash", "auth_time", "acr", "amr"];
    claims.retain(|name, _| name != "sid" && !TYPED.contains(&name.as_str()));
    claims
}
