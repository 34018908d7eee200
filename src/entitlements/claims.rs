//! What is kept of a person's claims, so that a question about her is the same whether she signs in or not.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The claim that the organisation a person acts for stands in.
const ORGANISATION: &str = "siret";

/// The longest value that is kept of a claim, in characters.
const LONGEST: usize = 1000;

/// A person's claims as they are sent, and the organisation that she acts for. `Debug` shows neither.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptClaims {
    /// Of her last sign-in, by name.
    #[serde(default)]
    pub(super) claims: BTreeMap<String, String>,
    /// The SIRET that stands in place of the claim, where she has several.
    #[serde(default)]
    pub(super) organisation: Option<String>,
}

impl fmt::Debug for KeptClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeptClaims")
    }
}

/// Of what a provider says of a person at the top level, the claims of these names. Texts stay as they are, numbers and truth
/// values become texts; null is as good as absent, and lists and objects are nothing that could be sent.
pub(super) fn kept(names: &[String], said: &Map<String, Value>) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let usable = |text: &String| text.chars().count() <= LONGEST;
    names.iter().filter_map(|name| Some((name.clone(), text(said.get(name)?).filter(usable)?))).collect()
}

impl KeptClaims {
    /// The claims of these names as they are sent, in that order.
    pub(super) fn sent<'a>(&'a self, names: &'a [String]) -> Vec<(&'a str, &'a str)> {
        let chosen = |name: &str| self.organisation.as_ref().filter(|_| name == ORGANISATION);
        let value = |name: &'a String| chosen(name).or_else(|| self.claims.get(name));
        names.iter().filter_map(|name| Some((name.as_str(), value(name)?.as_str()))).collect()
    }

    /// One text for what is sent, and no other text for anything else.
    pub(super) fn canonical(&self, names: &[String]) -> Vec<u8> {
        let mut sent = self.sent(names);
        sent.sort_unstable();
        serde_json::to_vec(&sent).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn of(said: &Value, names: &[String]) -> KeptClaims {
        KeptClaims { claims: kept(names, said.as_object().unwrap()), organisation: None }
    }

    #[test]
    fn only_what_the_settings_name_is_kept() {
        let said = json!({ "sub": "ada", "siret": "13002526500013", "rank": 7, "external": false, "gone": null,
                           "organizations": [{ "siret": "1" }], "address": { "country": "FR" }, "long": "x".repeat(1001) });
        let names = names(&["siret", "rank", "external", "gone", "organizations", "address", "long", "absent"]);
        let kept = of(&said, &names);
        assert_eq!(kept.sent(&names), [("siret", "13002526500013"), ("rank", "7"), ("external", "false")]);
        assert_eq!(format!("{kept:?}"), "KeptClaims");
    }

    #[test]
    fn the_chosen_organisation_stands_in_place_of_the_claim() {
        let names = names(&["siret", "idp_id"]);
        let mut claims = of(&json!({ "siret": "13002526500013", "idp_id": "x" }), &names);
        let before = claims.canonical(&names);
        claims.organisation = Some("21770138200012".to_owned());
        assert_eq!(claims.sent(&names), [("siret", "21770138200012"), ("idp_id", "x")]);
        assert_ne!(claims.canonical(&names), before);
        // What is not named does not leave, whatever was chosen.
        assert_eq!(claims.sent(&names[1..]), [("idp_id", "x")]);
        // The order in the settings means nothing.
        let turned: Vec<_> = names.iter().rev().cloned().collect();
        assert_eq!(claims.canonical(&turned), claims.canonical(&names));
    }
}
