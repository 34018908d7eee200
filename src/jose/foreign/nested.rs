//! Signed claims that may be encrypted besides (RFC 7519 §5.2, §7.2).

use serde_json::{Map, Value};

use super::{Decryption, Defect, Signer, TokenType, jws};

/// The verified claims of a token that must be a JWS; with a `decryption` a JWE around a JWS, and nothing less.
pub fn verify_nested_claims(
    token: &str,
    signer: &Signer<'_>,
    typ: TokenType,
    decryption: Option<&Decryption>,
) -> Result<Map<String, Value>, Defect> {
    let Some(decryption) = decryption else {
        if is_jwe(token) {
            return Err(Defect::UnexpectedEncryption);
        }
        return jws::verify_claims(token, signer, typ);
    };
    if is_jws(token) {
        return Err(Defect::NotEncrypted);
    }
    let inner = String::from_utf8(decryption.decrypt(token)?).map_err(|_| Defect::Malformed)?;
    if !is_jws(&inner) {
        return Err(Defect::NotSigned);
    }
    jws::verify_claims(&inner, signer, typ)
}

/// By the number of parts (RFC 7516 §9).
pub(super) fn is_jws(token: &str) -> bool {
    token.split('.').count() == 3
}

/// By the number of parts (RFC 7516 §9).
pub(super) fn is_jwe(token: &str) -> bool {
    token.split('.').count() == 5
}
