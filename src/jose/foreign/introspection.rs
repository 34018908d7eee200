//! What a provider says of a token that somebody showed us (RFC 7662 §2.2), plain or as a token of its own (RFC 9701).

use serde_json::{Map, Value};

use super::claims::{moment, subject};
use super::{Decryption, Defect, RelyingParty, Signer, TokenType, jws, verify_nested_claims};
use crate::base::{IntrospectionForm, Timestamp};
use crate::jose::strict_json;

/// The media type of an answer that is JSON.
const JSON: &str = "application/json";
/// The media type of an answer that is a token (RFC 9701 §5).
const JWT: &str = "application/token-introspection+jwt";
/// Its `typ` (RFC 9701 §5): without it another token of the provider might pass for one.
const TYPE: &str = "token-introspection+jwt";

/// What an answer must be.
#[derive(Clone, Copy, Debug)]
pub struct IntrospectionRules<'a> {
    /// Provider, client and time.
    pub party: RelyingParty<'a>,
    /// The one form that is accepted.
    pub form: IntrospectionForm,
    /// How it is signed; not looked at for plain JSON.
    pub signer: Signer<'a>,
    /// How it is encrypted; looked at, and needed, where the form is that.
    pub decryption: Option<&'a Decryption>,
}

/// What a provider says of a token.
#[derive(Clone, Debug, PartialEq)]
pub enum Introspection {
    /// It is worth something.
    Active(ActiveToken),
    /// It is worth nothing: expired, revoked, or never the provider's.
    Inactive,
    /// The provider calls it active, and by what else it says it is nothing here.
    Unusable(Defect),
}

/// A token that is worth something.
#[derive(Clone, Debug, PartialEq)]
pub struct ActiveToken {
    /// For whom it is; none when it is for no person.
    pub subject: Option<String>,
    /// What it allows, in the provider's words.
    pub scopes: Vec<String>,
    /// When the answer stops being true, as far as the answer tells: the token's end, or the answer's own.
    pub ends_at: Option<Timestamp>,
    /// All that is said of it.
    pub claims: Map<String, Value>,
}

impl IntrospectionForm {
    /// What is asked for in `Accept` (RFC 9701 §4).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Signed | Self::Encrypted => JWT,
        }
    }
}

/// Reads an answer: decrypts, verifies and checks it. An error says that it is no answer that can be believed; what a believable
/// one says of the token is in the value.
pub fn verify_introspection(
    body: &[u8],
    content_type: Option<&str>,
    rules: &IntrospectionRules<'_>,
) -> Result<Introspection, Defect> {
    if body.len() > jws::MOST_OCTETS {
        return Err(Defect::TooLong);
    }
    check_content_type(content_type, rules.form)?;
    if rules.form == IntrospectionForm::Json {
        return told(strict_json::object(body).ok_or(Defect::Claims)?, None, &rules.party);
    }
    let decryption = match rules.form {
        IntrospectionForm::Encrypted => Some(rules.decryption.ok_or(Defect::Undecryptable)?),
        IntrospectionForm::Signed | IntrospectionForm::Json => None,
    };
    let token = std::str::from_utf8(body).map_err(|_| Defect::Malformed)?.trim_ascii();
    let mut claims = verify_nested_claims(token, &rules.signer, TokenType::Explicit(TYPE), decryption)?;
    let party = &rules.party;
    // RFC 9701 §5: issuer, audience and time of issue are required, an end is not.
    party.check_issuer(&claims)?;
    party.check_audience(&claims)?;
    party.check_issued_at(&claims)?;
    let own_end = if claims.contains_key("exp") { Some(party.check_expiry(&claims)?) } else { None };
    party.check_not_before(&claims)?;
    match claims.shift_remove("token_introspection") {
        Some(Value::Object(facts)) => told(facts, own_end, party),
        _ => Err(Defect::IntrospectionMissing),
    }
}

/// The media type, without parameters and case (RFC 9110 §8.3.1), is that of the form: an answer of another kind is not taken for
/// what it is not.
fn check_content_type(content_type: Option<&str>, form: IntrospectionForm) -> Result<(), Defect> {
    let given = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    match form {
        _ if given.eq_ignore_ascii_case(form.media_type()) => Ok(()),
        IntrospectionForm::Json if given.eq_ignore_ascii_case(JWT) => Err(Defect::NotJson),
        IntrospectionForm::Signed if given.eq_ignore_ascii_case(JSON) => Err(Defect::NotSigned),
        IntrospectionForm::Encrypted if given.eq_ignore_ascii_case(JSON) => Err(Defect::NotEncrypted),
        _ => Err(Defect::ContentType),
    }
}

/// Reads the members (RFC 7662 §2.2). One of another type than it should have makes the answer unbelievable; one that speaks
/// against the token makes the token unusable.
fn told(
    facts: Map<String, Value>,
    own_end: Option<Timestamp>,
    party: &RelyingParty<'_>,
) -> Result<Introspection, Defect> {
    match facts.get("active") {
        Some(Value::Bool(true)) => {}
        Some(Value::Bool(false)) => return Ok(Introspection::Inactive),
        _ => return Err(Defect::ActiveMissing),
    }
    let text = |name: &str, defect| match facts.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(defect),
    };
    let time = |name: &str, defect| match facts.get(name) {
        None => Ok(None),
        Some(_) => moment(&facts, name).map(Some).ok_or(defect),
    };
    let issuer = text("iss", Defect::IssuerMissing)?;
    let scope = text("scope", Defect::Scope)?.unwrap_or_default();
    let kind = text("token_type", Defect::TokenKind)?;
    let has_subject = text("sub", Defect::SubjectMissing)?.is_some();
    let ends_at = time("exp", Defect::ExpiryMissing)?;
    let starts_at = time("nbf", Defect::NotYetValid)?;
    let issued_at = time("iat", Defect::IssuedAtMissing)?;

    let ahead = |moment: Timestamp| moment > party.now.after(party.clock_tolerance);
    let unusable = |defect| Ok(Introspection::Unusable(defect));
    if issuer.is_some_and(|issuer| issuer != party.issuer) {
        return unusable(Defect::Issuer);
    }
    // Without any tolerance: what is remembered of the answer ends at this moment too.
    if ends_at.is_some_and(|end| party.now >= end) {
        return unusable(Defect::Expired);
    }
    if starts_at.is_some_and(ahead) {
        return unusable(Defect::NotYetValid);
    }
    if issued_at.is_some_and(ahead) {
        return unusable(Defect::IssuedInTheFuture);
    }
    // Whoever shows a bearer token proves nothing else; a token that is bound to a key is none (RFC 8705 §3.1, RFC 9449 §7.1).
    if kind.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) || facts.contains_key("cnf") {
        return unusable(Defect::TokenKind);
    }
    let subject = match has_subject.then(|| subject(&facts)).transpose() {
        Ok(subject) => subject,
        Err(defect) => return unusable(defect),
    };
    let scopes = scope.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let ends_at = ends_at.into_iter().chain(own_end).min();
    Ok(Introspection::Active(ActiveToken { subject, scopes, ends_at, claims: facts }))
}
