//! To which organisations somebody belongs, out of her claims: in every shape that `DataPass` and its successors gave them.

use serde_json::{Map, Value};

use super::{Provider, ProviderFault};
use crate::accounts::Membership;
use crate::base::Siret;

/// Organisations of one person that are read.
const MOST: usize = 500;

/// The longest name of an organisation that is kept, in characters.
const LONGEST_LABEL: usize = 255;

impl Provider {
    /// The organisations that the claims name: a list `organizations` (`{id, siret, is_external, label, …}`), one object
    /// `organization`, or `siret`, `label` and `is_external` among the claims themselves. Entries without a usable SIRET are left out;
    /// what is no list at all is the provider's fault.
    pub fn memberships(&self, claims: &Map<String, Value>) -> Result<Vec<Membership>, ProviderFault> {
        let unreadable = ProviderFault::Misbehaves("its organisations cannot be read");
        let (memberships, left_out) = read(claims).ok_or(unreadable)?;
        let unchecked = memberships.iter().filter(|membership| !membership.siret.is_checked()).count();
        if left_out > 0 || unchecked > 0 {
            tracing::warn!(
                provider = self.id(),
                left_out,
                unchecked,
                "the provider names organisations with odd SIRETs"
            );
        }
        Ok(memberships)
    }
}

/// The organisations, each once, and how many entries were left out. None when a list is none.
fn read(claims: &Map<String, Value>) -> Option<(Vec<Membership>, usize)> {
    let mut entries: Vec<&Value> = Vec::new();
    for name in ["organizations", "organization"] {
        match claims.get(name) {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) => entries.extend(list),
            Some(entry @ Value::Object(_)) => entries.push(entry),
            Some(_) => return None,
        }
    }
    let flat = claims.contains_key("siret").then(|| entry(claims));
    let listed = entries.into_iter().take(MOST).map(|value| match value {
        Value::Object(fields) => entry(fields),
        bare => siret(bare).map(|siret| Membership { siret, label: None, is_external: false }),
    });
    let (mut memberships, mut left_out): (Vec<Membership>, _) = (Vec::new(), 0);
    for read in listed.chain(flat) {
        match read {
            Some(read) => match memberships.iter_mut().find(|known| known.siret == read.siret) {
                // Named twice: within is more than from outside.
                Some(known) => {
                    known.is_external &= read.is_external;
                    known.label = known.label.take().or(read.label);
                }
                None => memberships.push(read),
            },
            None => left_out += 1,
        }
    }
    Some((memberships, left_out))
}

fn entry(fields: &Map<String, Value>) -> Option<Membership> {
    let siret = siret(fields.get("siret")?)?;
    let label = ["label", "organization_label"].iter().find_map(|name| label(fields.get(*name)?));
    Some(Membership { siret, label, is_external: is_external(fields.get("is_external")) })
}

/// The least number that is taken for a SIRET: with more zeros lost than two it is something else.
const LEAST: u64 = 100_000_000_000;

/// Text, or a number that has lost the zeros before it.
fn siret(value: &Value) -> Option<Siret> {
    match value {
        Value::String(text) => Siret::parse(text).ok(),
        Value::Number(number) => {
            let number = number.as_u64().filter(|number| *number >= LEAST)?;
            Siret::parse(&format!("{number:014}")).ok()
        }
        _ => None,
    }
}

fn label(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let text: String = text.chars().filter(|char| !char.is_control()).take(LONGEST_LABEL).collect();
    (!text.is_empty()).then_some(text)
}

/// A boolean, or its word. Whoever is described otherwise counts as from outside, which gives less.
fn is_external(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => false,
        Some(Value::Bool(value)) => *value,
        Some(Value::String(word)) => !word.trim().eq_ignore_ascii_case("false"),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ONE: &str = "73282932000074";
    const OTHER: &str = "13002526500013";

    fn of(claims: &Value) -> Vec<(String, Option<String>, bool)> {
        let (memberships, _) = read(claims.as_object().unwrap()).unwrap();
        memberships.into_iter().map(|one| (one.siret.to_string(), one.label, one.is_external)).collect()
    }

    #[test]
    fn every_shape_that_there_was() {
        let label = |text: &str| Some(text.to_owned());
        let of_2020 = json!({
            "sub": 154, "email": "ada@example.org", "email_verified": true, "updated_at": 1,
            "organizations": [
                { "id": 1, "siret": ONE, "is_external": "false" },
                { "id": 2, "siret": OTHER, "is_external": "true" },
            ],
        });
        assert_eq!(of(&of_2020), [(ONE.to_owned(), None, false), (OTHER.to_owned(), None, true)]);
        let with_label = json!({ "organizations": [
            { "id": 1, "siret": ONE, "is_external": "false", "label": "Commune" },
            { "id": 2, "siret": OTHER, "is_external": "true", "label": null },
        ] });
        assert_eq!(of(&with_label), [(ONE.to_owned(), label("Commune"), false), (OTHER.to_owned(), None, true)]);
        let of_may_2023 = json!({ "sub": "154", "phone_number": null, "organizations": [{
            "id": 1, "siret": ONE, "is_external": true, "label": "Commune", "is_collectivite_territoriale": true,
            "is_service_public": true,
        }] });
        assert_eq!(of(&of_may_2023), [(ONE.to_owned(), label("Commune"), true)]);
        let flat = json!({
            "siret": ONE, "label": "Commune", "is_collectivite_territoriale": true, "is_service_public": true,
            "is_external": false,
        });
        assert_eq!(of(&flat), [(ONE.to_owned(), label("Commune"), false)]);
        let today = json!({ "siret": ONE, "usual_name": "Lovelace", "organization_label": "Commune" });
        assert_eq!(of(&today), [(ONE.to_owned(), label("Commune"), false)]);
        assert_eq!(of(&json!({ "organization": { "siret": ONE, "label": " " } })), [(ONE.to_owned(), None, false)]);
    }

    #[test]
    fn what_says_nothing_is_nothing() {
        for claims in [
            json!({}),
            json!({ "organizations": null }),
            json!({ "organizations": [] }),
            json!({ "organizations": [null, 7, {}, { "siret": null }, { "siret": "x" }, { "id": 3 }] }),
            json!({ "siret": "" }),
            json!({ "siret": "00000000000000" }),
            json!({ "organizations": [{ "siret": "00000000000000" }, { "siret": 0 }] }),
        ] {
            assert_eq!(of(&claims), [], "{claims}");
        }
        for claims in [json!({ "organizations": "x" }), json!({ "organizations": 3 }), json!({ "organization": true })]
        {
            assert!(read(claims.as_object().unwrap()).is_none(), "{claims}");
        }
    }

    #[test]
    fn written_as_providers_write_it() {
        for siret in [json!("732 829 320 00074"), json!(73_282_932_000_074_u64), json!(" 73282932000074 ")] {
            assert_eq!(of(&json!({ "siret": siret })), [(ONE.to_owned(), None, false)], "{siret}");
        }
        assert_eq!(
            of(&json!({ "organizations": [1_234_567_890_123_u64] })),
            [("01234567890123".to_owned(), None, false)]
        );
        // Check digits that do not fit are the provider's business.
        assert_eq!(of(&json!({ "siret": "11122233344441" })).len(), 1);
    }

    #[test]
    fn named_twice_is_named_once() {
        let twice = json!({
            "organizations": [{ "siret": ONE, "is_external": true }, { "siret": ONE, "label": "Commune" }],
            "siret": ONE,
        });
        assert_eq!(of(&twice), [(ONE.to_owned(), Some("Commune".to_owned()), false)]);
        assert!(
            is_external(Some(&json!(0))) && is_external(Some(&json!("yes"))) && !is_external(Some(&json!("FALSE")))
        );
    }
}
