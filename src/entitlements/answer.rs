//! What DeployCenter answers, read strictly: what is no truth value grants nothing.

use serde_json::{Map, Value};
use url::Url;

use super::Reason;

/// An answer, whole.
#[derive(Clone, PartialEq)]
pub(super) struct Answer {
    /// Why she may not use the service; none when she may.
    pub(super) denied: Option<Reason>,
    /// All of it.
    pub(super) whole: Map<String, Value>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("denied", &self.denied).finish_non_exhaustive()
    }
}

/// What is told of an answer. Only what can be shown safely is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// What the person's organisation is called there.
    pub organisation: Option<String>,
    /// Whoever can activate the service for it.
    pub operators: Vec<Operator>,
    /// Whether she administers the service for it, as `is_admin` says.
    pub is_admin: Option<bool>,
    /// The same, as `can_admin` says.
    pub can_admin: Option<bool>,
}

/// Somebody who can activate the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    /// What she is called.
    pub name: String,
    /// Where to ask her, an https address.
    pub signup_url: Option<String>,
}

/// Operators shown at most.
const OPERATORS: usize = 20;

/// The longest name shown, in characters.
const LONGEST_NAME: usize = 200;

impl Answer {
    /// Reads an answer; none when it is not what it should be. A missing or null `can_access` grants nothing.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let Value::Object(whole) = serde_json::from_slice(body).ok()? else { return None };
        let entitlements = whole.get("entitlements")?.as_object()?;
        let granted = match entitlements.get("can_access") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(granted)) => *granted,
            Some(_) => return None,
        };
        let reason = entitlements.get("can_access_reason").and_then(Value::as_str).unwrap_or_default();
        let denied = (!granted).then(|| Reason::parse(reason));
        Some(Self { denied, whole })
    }
}

impl Details {
    /// What an answer that was kept tells.
    pub(super) fn of(answer: &str) -> Self {
        let Ok(whole) = serde_json::from_str::<Value>(answer) else { return Self::default() };
        let entitlement = |name: &str| whole["entitlements"][name].as_bool();
        let operators = whole["potentialOperators"].as_array().map(Vec::as_slice).unwrap_or_default();
        Self {
            organisation: name(&whole["organization"]),
            operators: operators.iter().filter_map(Operator::of).take(OPERATORS).collect(),
            is_admin: entitlement("is_admin"),
            can_admin: entitlement("can_admin"),
        }
    }
}

impl Operator {
    fn of(operator: &Value) -> Option<Self> {
        Some(Self { name: name(operator)?, signup_url: operator["signupUrl"].as_str().and_then(safe_link) })
    }
}

/// The name of an organisation or operator, if it has one that can be shown.
fn name(of: &Value) -> Option<String> {
    let name: String =
        of["name"].as_str()?.trim().chars().filter(|char| !char.is_control()).take(LONGEST_NAME).collect();
    (!name.is_empty()).then_some(name)
}

/// An address that a page may lead to: https, and nobody's name or password in it.
fn safe_link(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let anonymous = url.username().is_empty() && url.password().is_none();
    (url.scheme() == "https" && anonymous).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What became of it: a reason, "granted", or nothing.
    fn outcome(answer: &Value) -> Option<String> {
        let answer = Answer::parse(answer.to_string().as_bytes())?;
        Some(answer.denied.map_or_else(|| "granted".to_owned(), |reason| reason.to_string()))
    }

    #[test]
    fn only_true_grants() {
        assert_eq!(outcome(&json!({ "entitlements": { "can_access": true } })).as_deref(), Some("granted"));
        let reason = json!({ "entitlements": { "can_access": false, "can_access_reason": "not_activated" } });
        assert_eq!(outcome(&reason).as_deref(), Some("not_activated"));
        for nothing in [json!({}), json!({ "can_access": null }), json!({ "can_create": true })] {
            assert_eq!(outcome(&json!({ "entitlements": nothing })).as_deref(), Some("unspecified"), "{nothing}");
        }
        for malformed in [
            json!({ "entitlements": { "can_access": "false" } }),
            json!({ "entitlements": { "can_access": 1 } }),
            json!({ "entitlements": null }),
            json!({ "entitlements": [] }),
            json!({}),
            json!([{ "entitlements": { "can_access": true } }]),
            json!("true"),
        ] {
            assert_eq!(outcome(&malformed), None, "{malformed}");
        }
        assert!(Answer::parse(b"<html>").is_none());
    }

    #[test]
    fn what_is_shown_is_safe() {
        let operators = json!([
            { "name": " Town hall\u{7} services ", "signupUrl": "https://operator.example.org/join?x=1" },
            { "name": "No link", "signupUrl": null },
            { "name": "Script", "signupUrl": "javascript:alert(1)" },
            { "name": "Plain", "signupUrl": "http://operator.example.org/" },
            { "name": "Password", "signupUrl": "https://a:b@operator.example.org/" },
            { "name": "", "signupUrl": "https://operator.example.org/" },
            "operator",
        ]);
        let answer = json!({
            "organization": { "name": "Commune of Example" },
            "entitlements": { "can_access": false, "is_admin": true, "can_admin": "yes" },
            "potentialOperators": operators,
        });
        let details = Details::of(&answer.to_string());
        assert_eq!(details.organisation.as_deref(), Some("Commune of Example"));
        assert_eq!((details.is_admin, details.can_admin), (Some(true), None));
        let links: Vec<_> = details.operators.iter().map(|one| (&*one.name, one.signup_url.as_deref())).collect();
        let link = Some("https://operator.example.org/join?x=1");
        assert_eq!(
            links,
            [("Town hall services", link), ("No link", None), ("Script", None), ("Plain", None), ("Password", None)]
        );
        assert_eq!(Details::of("nonsense"), Details::default());
    }
}
