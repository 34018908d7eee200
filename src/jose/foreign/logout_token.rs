//! Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6).

use std::time::Duration;

use serde_json::{Map, Value};

use super::claims::{id, session_id, subject};
use super::{Decryption, Defect, RelyingParty, Signer, TokenType, verify_nested_claims};
use crate::base::Timestamp;

/// The event that says that somebody logged out (§2.4).
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The `typ` of a logout token (§2.4): without it an ID token might pass for one.
const TYPE: &str = "logout+jwt";

/// What a logout token must be and say.
#[derive(Clone, Copy, Debug)]
pub struct LogoutTokenRules<'a> {
    /// Provider, client and time.
    pub party: RelyingParty<'a>,
    /// How it is signed: as ID tokens are.
    pub signer: Signer<'a>,
    /// How it is encrypted: as ID tokens are.
    pub decryption: Option<&'a Decryption>,
    /// The longest time from `iat` to `exp`: its `jti` must be remembered as long.
    pub max_lifetime: Duration,
}

/// What a verified logout token says. One of `subject` and `session_id` is there at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoutToken {
    /// The provider.
    pub issuer: String,
    /// Who logged out.
    pub subject: Option<String>,
    /// Which session at the provider ended; with none, all of the subject's.
    pub session_id: Option<String>,
    /// The token's own id. Whether it came before is for the caller to know (rule 8).
    pub token_id: String,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When it ends; with the tolerance added, when its id may be forgotten.
    pub expires_at: Timestamp,
}

/// Decrypts, verifies and checks a logout token by the rules of §2.6; the numbers are those of its list.
pub fn verify_logout_token(token: &str, rules: &LogoutTokenRules<'_>) -> Result<LogoutToken, Defect> {
    // 1 to 3: encryption, signature and algorithm are those of ID tokens.
    let claims = verify_nested_claims(token, &rules.signer, TokenType::Explicit(TYPE), rules.decryption)?;
    // 4: issuer, audience and times as in an ID token.
    let party = &rules.party;
    party.check_issuer(&claims)?;
    party.check_authorized_party(&claims)?;
    let issued_at = party.check_issued_at(&claims)?;
    let expires_at = party.check_expiry(&claims)?;
    party.check_not_before(&claims)?;
    if expires_at > issued_at.after(rules.max_lifetime) {
        return Err(Defect::LifetimeTooLong);
    }
    // 5: whose session, or which.
    let subject = if claims.contains_key("sub") { Some(subject(&claims)?) } else { None };
    let session_id = session_id(&claims)?;
    if subject.is_none() && session_id.is_none() {
        return Err(Defect::NeitherSubjectNorSession);
    }
    // 6: that it is about a logout.
    if !says_logout(&claims) {
        return Err(Defect::LogoutEventMissing);
    }
    // 7: that it is no ID token.
    if claims.contains_key("nonce") {
        return Err(Defect::ForbiddenNonce);
    }
    // 8: what tells one token from the next.
    let token_id = id(&claims, "jti").ok_or(Defect::TokenIdMissing)?;
    Ok(LogoutToken { issuer: party.issuer.to_owned(), subject, session_id, token_id, issued_at, expires_at })
}

fn says_logout(claims: &Map<String, Value>) -> bool {
    claims.get("events").and_then(|events| events.get(LOGOUT_EVENT)).is_some_and(Value::is_object)
}
