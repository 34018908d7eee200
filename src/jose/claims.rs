//! What stands in the tokens that let an application act for a person.

use serde::{Deserialize, Deserializer, Serialize};

use crate::base::ScopeList;

/// The claims of a delegated token: those that the compatible profile has always had, and beside them those of RFC 9068
/// §2.2, `act` of RFC 8693 §4.1 and `gen`.
///
/// On reading, a claim that is missing or of another type is `None` or empty here: which defect counts first is decided
/// where the claims are checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegatedClaims {
    /// Issuer: the server's public address.
    pub iss: String,
    /// Audience: the delegation API's address.
    pub aud: String,
    /// Subject: the account's id, as `user_id`.
    pub sub: String,
    /// When it was issued, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// The token's own id.
    pub jti: String,
    /// The application.
    #[serde(default, deserialize_with = "lenient")]
    pub client_id: Option<String>,
    /// That the application acts for the person: always true.
    #[serde(default, deserialize_with = "lenient")]
    pub delegated: Option<bool>,
    /// The account's id.
    #[serde(default, deserialize_with = "lenient")]
    pub user_id: Option<String>,
    /// Who acts (RFC 8693 §4.1).
    #[serde(default, deserialize_with = "lenient")]
    pub act: Option<Actor>,
    /// The generations under which the token was issued.
    #[serde(rename = "gen", default, deserialize_with = "lenient")]
    pub generations: Option<Generations>,
    /// What the token allows; absent when nothing.
    #[serde(default, skip_serializing_if = "ScopeList::is_empty")]
    pub scope: ScopeList,
}

/// The acting party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Its client id.
    pub sub: String,
}

/// Counters of account, application and agreement (0 without one): raised when all tokens issued so far are revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generations(pub i64, pub i64, pub i64);

fn lenient<'de, D: Deserializer<'de>, T: serde::de::DeserializeOwned>(deserializer: D) -> Result<Option<T>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}
