//! From the claims of a provider to somebody who arrives, by the settings' reading of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Provider;
use crate::accounts::Arrival;
use crate::config::EmailTrust;

/// The longest name of a person, in characters.
const LONGEST_NAME: usize = 255;

/// What is missing without which nobody gets in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArrivalDefect {
    /// A claim.
    #[error("the claim {0} is missing")]
    Claim(String),
    /// An e-mail address.
    #[error("there is no e-mail address")]
    Email,
    /// An e-mail address that somebody vouches for.
    #[error("nobody vouches for the e-mail address")]
    TrustedEmail,
}

impl Provider {
    /// Who `subject` is, by the settings' reading of her claims.
    pub fn arrival(&self, subject: &str, claims: &Map<String, Value>) -> Result<Arrival, ArrivalDefect> {
        let settings = &self.settings;
        let email = text(claims, "email").map(str::to_owned);
        let email_trusted = email.is_some()
            && match settings.email_trust {
                EmailTrust::Always => true,
                EmailTrust::VerifiedClaim => claims.get("email_verified") == Some(&Value::Bool(true)),
                EmailTrust::Never => false,
            };
        for name in &settings.essential_claims {
            if name == "email" && email.is_none() {
                return Err(ArrivalDefect::Email);
            }
            if name == "email" && !email_trusted {
                return Err(ArrivalDefect::TrustedEmail);
            }
            if name != "sub" && claims.get(name).is_none_or(is_empty) {
                return Err(ArrivalDefect::Claim(name.clone()));
            }
        }
        let names: Vec<_> = settings.name_claims.iter().filter_map(|name| text(claims, name)).collect();
        let name: String = names.join(" ").chars().take(LONGEST_NAME).collect();
        Ok(Arrival {
            issuer: settings.issuer.to_string(),
            subject: subject.to_owned(),
            provider: self.id().to_owned(),
            email,
            email_trusted,
            name: (!name.is_empty()).then_some(name),
            administrator: settings.admin_claim.as_ref().map(|admin| claim_says(claims.get(&admin.name), &admin.value)),
            may_be_made: settings.create_users,
            memberships: None,
            organisation: None,
            claims: BTreeMap::new(),
        })
    }
}

/// A claim's text, trimmed; an empty one is none, and so is one with a NUL.
fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty() && !text.contains('\0'))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

/// Whether a claim is `wanted`, or a list that has it.
fn claim_says(claim: Option<&Value>, wanted: &str) -> bool {
    let is = |value: &Value| match value {
        Value::String(text) => text == wanted,
        Value::Bool(value) => wanted.parse() == Ok(*value),
        Value::Number(value) => wanted.parse().is_ok_and(|wanted: serde_json::Number| wanted == *value),
        _ => false,
    };
    match claim {
        Some(Value::Array(values)) => values.iter().any(is),
        Some(value) => is(value),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_makes_an_administrator_by_being_or_holding_the_value() {
        assert!(claim_says(Some(&json!("admin")), "admin"));
        assert!(claim_says(Some(&json!(["staff", "admin"])), "admin"));
        assert!(claim_says(Some(&json!(true)), "true"));
        for other in
            [json!("administrator"), json!(["Admin"]), json!({ "admin": true }), json!(null), json!([["admin"]])]
        {
            assert!(!claim_says(Some(&other), "admin"), "{other}");
        }
        assert!(!claim_says(None, "admin"));
    }
}
