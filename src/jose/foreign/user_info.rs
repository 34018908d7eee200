//! UserInfo (OpenID Connect Core 1.0 §5.3).

use serde_json::{Map, Value};

use super::claims::same_subject;
use super::nested::is_jwe;
use super::{Decryption, Defect, RelyingParty, Signer, TokenType, jws, verify_claims};
use crate::base::UserInfoForm;
use crate::jose::strict_json;

/// What a UserInfo answer must be and say.
#[derive(Clone, Copy, Debug)]
pub struct UserInfoRules<'a> {
    /// Provider, client and time; binds signed answers.
    pub party: RelyingParty<'a>,
    /// The form that is accepted.
    pub form: UserInfoForm,
    /// How it is signed; `None` when a signature cannot be verified.
    pub signer: Option<Signer<'a>>,
    /// How it is encrypted; `None` when it cannot be decrypted.
    pub decryption: Option<&'a Decryption>,
    /// The subject of the ID token, who this must be about too (§5.3.2).
    pub subject: &'a str,
}

/// Reads a UserInfo answer: decrypts, verifies and checks it as far as its form goes. `content_type` says whether it is a token
/// (`application/jwt`) or JSON (anything else).
pub fn verify_user_info(
    body: &[u8],
    content_type: Option<&str>,
    rules: &UserInfoRules<'_>,
) -> Result<Map<String, Value>, Defect> {
    if body.len() > jws::MOST_OCTETS {
        return Err(Defect::TooLong);
    }
    let mut claims = if content_type.is_some_and(is_jwt) {
        token(std::str::from_utf8(body).map_err(|_| Defect::Malformed)?.trim_ascii(), rules)?
    } else {
        match rules.form {
            UserInfoForm::Json | UserInfoForm::Any => strict_json::object(body).ok_or(Defect::Claims)?,
            UserInfoForm::Signed => return Err(Defect::NotSigned),
            UserInfoForm::Encrypted => return Err(Defect::NotEncrypted),
        }
    };
    // The first `DataPass` numbers its people; its ID tokens have the same number as text.
    if let Some(number) = claims.get("sub").and_then(Value::as_u64) {
        claims.insert("sub".to_owned(), number.to_string().into());
    }
    same_subject(&claims, rules.subject)?;
    Ok(claims)
}

/// The media type, without parameters and case (RFC 9110 §8.3.1).
fn is_jwt(content_type: &str) -> bool {
    content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/jwt")
}

fn token(token: &str, rules: &UserInfoRules<'_>) -> Result<Map<String, Value>, Defect> {
    match rules.form {
        UserInfoForm::Json => Err(Defect::NotJson),
        UserInfoForm::Signed if is_jwe(token) => Err(Defect::UnexpectedEncryption),
        UserInfoForm::Encrypted if !is_jwe(token) => Err(Defect::NotEncrypted),
        _ if is_jwe(token) => encrypted(token, rules),
        _ => signed(token, rules),
    }
}

/// A JWE around a JWS, or around JSON where no signature is insisted on: a signature that somebody took off must be missed.
fn encrypted(token: &str, rules: &UserInfoRules<'_>) -> Result<Map<String, Value>, Defect> {
    let inner = rules.decryption.ok_or(Defect::UnexpectedEncryption)?.decrypt(token)?;
    let is_json = inner.trim_ascii_start().first() == Some(&b'{');
    if !is_json {
        return signed(std::str::from_utf8(&inner).map_err(|_| Defect::Malformed)?, rules);
    }
    if rules.form == UserInfoForm::Encrypted && rules.signer.is_some() {
        return Err(Defect::NotSigned);
    }
    strict_json::object(&inner).ok_or(Defect::Claims)
}

/// §5.3.2: a signed answer names its issuer and its audience; both are wanted here, so that one made for another client is
/// none for us (RFC 8725 §3.9). Times bind when they stand there.
fn signed(token: &str, rules: &UserInfoRules<'_>) -> Result<Map<String, Value>, Defect> {
    let signer = rules.signer.ok_or(Defect::UnexpectedSignature)?;
    let claims = verify_claims(token, &signer, TokenType::Untyped)?;
    let party = &rules.party;
    party.check_issuer(&claims)?;
    party.check_audience(&claims)?;
    if claims.contains_key("exp") {
        party.check_expiry(&claims)?;
    }
    if claims.contains_key("iat") {
        party.check_issued_at(&claims)?;
    }
    party.check_not_before(&claims)?;
    Ok(claims)
}
