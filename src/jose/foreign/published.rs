//! Public keys of ours as others read them.

use serde::Serialize;

/// A public key of an operator's private one, for `/jwks` (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). Never a private member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublishedJwk {
    /// Key type: `RSA`, `EC` or `OKP`.
    pub kty: &'static str,
    /// Modulus of an RSA key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<String>,
    /// Exponent of an RSA key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub e: Option<String>,
    /// Curve: `P-256`, `P-384`, `P-521` or `Ed25519`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crv: Option<&'static str>,
    /// First coordinate of an EC key, or an Ed25519 key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<String>,
    /// Second coordinate of an EC key, base64url.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
    /// What it is for: `enc` or `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// The algorithm to use it with.
    pub alg: &'static str,
    /// Its name.
    pub kid: String,
}
