//! Claims that every kind of token has (RFC 7519 §4.1).

use std::time::Duration;

use serde_json::{Map, Value};

use super::Defect;
use crate::base::Timestamp;

/// The most characters of a subject (OpenID Connect Core 1.0 §2).
const MOST_SUBJECT_CHARACTERS: usize = 255;
/// The most octets of an id that is stored and looked up (`sid`, `jti`): no standard has a limit, an index does.
const MOST_ID_OCTETS: usize = 512;

/// What a client expects in every token of one provider.
#[derive(Clone, Copy, Debug)]
pub struct RelyingParty<'a> {
    /// The provider, compared exactly.
    pub issuer: &'a str,
    /// The name under which it knows us.
    pub client_id: &'a str,
    /// The present moment.
    pub now: Timestamp,
    /// How far the provider's clock may be from ours.
    pub clock_tolerance: Duration,
}

impl RelyingParty<'_> {
    /// `iss` is the provider.
    pub(super) fn check_issuer(&self, claims: &Map<String, Value>) -> Result<(), Defect> {
        match claims.get("iss").and_then(Value::as_str) {
            None => Err(Defect::IssuerMissing),
            Some(issuer) if issuer == self.issuer => Ok(()),
            Some(_) => Err(Defect::Issuer),
        }
    }

    /// `aud` names us. Gives the whole audience.
    pub(super) fn check_audience(&self, claims: &Map<String, Value>) -> Result<Vec<String>, Defect> {
        let audience = audience(claims).ok_or(Defect::AudienceMissing)?;
        if !audience.iter().any(|named| named == self.client_id) {
            return Err(Defect::Audience);
        }
        Ok(audience)
    }

    /// `aud` names us, and `azp` too wherever somebody else is named, or it stands there at all (OpenID Connect Core 1.0
    /// §3.1.3.7, rules 3 to 5). Gives the whole audience.
    pub(super) fn check_authorized_party(&self, claims: &Map<String, Value>) -> Result<Vec<String>, Defect> {
        let audience = self.check_audience(claims)?;
        match claims.get("azp") {
            None if audience.iter().any(|named| named != self.client_id) => Err(Defect::AuthorizedPartyMissing),
            None => Ok(audience),
            Some(party) if party == self.client_id => Ok(audience),
            Some(_) => Err(Defect::AuthorizedParty),
        }
    }

    /// `exp` lies ahead. Gives it.
    pub(super) fn check_expiry(&self, claims: &Map<String, Value>) -> Result<Timestamp, Defect> {
        let expiry = moment(claims, "exp").ok_or(Defect::ExpiryMissing)?;
        if self.now >= expiry.after(self.clock_tolerance) { Err(Defect::Expired) } else { Ok(expiry) }
    }

    /// `iat` lies behind. Gives it.
    pub(super) fn check_issued_at(&self, claims: &Map<String, Value>) -> Result<Timestamp, Defect> {
        let issued_at = moment(claims, "iat").ok_or(Defect::IssuedAtMissing)?;
        if issued_at > self.now.after(self.clock_tolerance) { Err(Defect::IssuedInTheFuture) } else { Ok(issued_at) }
    }

    /// `nbf`, when it stands there, lies behind.
    pub(super) fn check_not_before(&self, claims: &Map<String, Value>) -> Result<(), Defect> {
        if !claims.contains_key("nbf") {
            return Ok(());
        }
        let start = moment(claims, "nbf").ok_or(Defect::NotYetValid)?;
        if start > self.now.after(self.clock_tolerance) { Err(Defect::NotYetValid) } else { Ok(()) }
    }
}

/// `aud`: a string or a list of strings; `None` when it is neither, or empty.
fn audience(claims: &Map<String, Value>) -> Option<Vec<String>> {
    match claims.get("aud")? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(several) if !several.is_empty() => {
            several.iter().map(|one| one.as_str().map(str::to_owned)).collect()
        }
        _ => None,
    }
}

/// A `NumericDate` (RFC 7519 §2): seconds, perhaps with a fraction, which is cut off. `None` when it is missing, no number, or
/// further away than 30 million years.
pub(super) fn moment(claims: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    let value = claims.get(name)?;
    let seconds = value.as_i64().or_else(|| whole_seconds(value.as_f64()?))?;
    (seconds.unsigned_abs() < 1_000_000_000_000_000).then(|| Timestamp::from_seconds(seconds))
}

fn whole_seconds(seconds: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked, the fraction is to go")]
    (seconds.abs() < 1e15).then(|| seconds.floor() as i64)
}

/// `sub`: any text of 1 to 255 characters.
pub(super) fn subject(claims: &Map<String, Value>) -> Result<String, Defect> {
    let subject = claims.get("sub").and_then(Value::as_str).ok_or(Defect::SubjectMissing)?;
    let length = subject.chars().count();
    if length == 0 || length > MOST_SUBJECT_CHARACTERS || subject.contains('\0') {
        return Err(Defect::Subject);
    }
    Ok(subject.to_owned())
}

/// `sub`, which must be `expected`.
pub(super) fn same_subject(claims: &Map<String, Value>, expected: &str) -> Result<(), Defect> {
    if subject(claims)? == expected { Ok(()) } else { Err(Defect::SubjectMismatch) }
}

/// `sid`, when it stands there: 1 to 512 octets.
pub(super) fn session_id(claims: &Map<String, Value>) -> Result<Option<String>, Defect> {
    if claims.contains_key("sid") { id(claims, "sid").ok_or(Defect::SessionId).map(Some) } else { Ok(None) }
}

/// An id that is stored: 1 to 512 octets without NUL.
pub(super) fn id(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let id = claims.get(name)?.as_str()?;
    (!id.is_empty() && id.len() <= MOST_ID_OCTETS && !id.contains('\0')).then(|| id.to_owned())
}
