//! A room's settings for the call.

use std::fmt;
use std::str::FromStr;

use sea_orm::DeriveValueType;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::base::wire::stringify_scalars;

/// The settings, as they were sent and found valid: an object with the keys `can_publish_sources` and `everyone_can_mute`
/// at most, the latter as a boolean.
#[derive(Clone, Debug, Default, PartialEq, Serialize, DeriveValueType)]
#[serde(transparent)]
#[sea_orm(value_type = "String")]
pub struct Configuration(Map<String, Value>);

/// What participants without a privileged role may publish.
const SOURCES: [&str; 4] = ["camera", "microphone", "screen_share", "screen_share_audio"];

const EXPECTED_SOURCE: &str = "'camera', 'microphone', 'screen_share' or 'screen_share_audio'";

impl Configuration {
    /// Checks what was sent. The refusal is a list of all errors, each with `type`, `loc`, `msg`, `input`, `url` (and
    /// `ctx`), every scalar in it a text.
    pub fn parse(sent: Value) -> Result<Self, Value> {
        let Value::Object(mut settings) = sent else {
            let message = "Input should be a valid dictionary or instance of RoomConfiguration";
            return Err(Value::Array(vec![defect("model_type", &[], message, sent)]));
        };
        let mut defects = Vec::new();
        if let Some(sources) = settings.get("can_publish_sources") {
            check_sources(sources, &mut defects);
        }
        if let Some(value) = settings.get_mut("everyone_can_mute") {
            match boolean(value) {
                Ok(normal) => *value = normal,
                Err(defect) => defects.push(defect),
            }
        }
        for (key, value) in &settings {
            if key != "can_publish_sources" && key != "everyone_can_mute" {
                defects.push(defect("extra_forbidden", &[key], "Extra inputs are not permitted", value.clone()));
            }
        }
        if defects.is_empty() { Ok(Self(settings)) } else { Err(Value::Array(defects)) }
    }
}

fn check_sources(value: &Value, defects: &mut Vec<Value>) {
    const KEY: &str = "can_publish_sources";
    match value {
        Value::Null => {}
        Value::Array(sources) => {
            for (index, source) in sources.iter().enumerate() {
                if !source.as_str().is_some_and(|source| SOURCES.contains(&source)) {
                    let message = format!("Input should be {EXPECTED_SOURCE}");
                    let mut defect = defect("literal_error", &[KEY, &index.to_string()], &message, source.clone());
                    defect["ctx"] = json!({ "expected": EXPECTED_SOURCE });
                    defects.push(defect);
                }
            }
        }
        other => defects.push(defect("list_type", &[KEY], "Input should be a valid list", other.clone())),
    }
}

/// The boolean that a value means: the texts and numbers that mean one are taken, and stored as what they mean.
fn boolean(value: &Value) -> Result<Value, Value> {
    const KEY: &str = "everyone_can_mute";
    let meaning = match value {
        Value::Null | Value::Bool(_) => return Ok(value.clone()),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "1" | "on" | "t" | "true" | "y" | "yes" => Some(true),
            "0" | "off" | "f" | "false" | "n" | "no" => Some(false),
            _ => None,
        },
        Value::Number(number) => match number.as_f64() {
            Some(1.0) => Some(true),
            Some(0.0) => Some(false),
            _ => None,
        },
        Value::Array(_) | Value::Object(_) => {
            return Err(defect("bool_type", &[KEY], "Input should be a valid boolean", value.clone()));
        }
    };
    meaning.map(Value::Bool).ok_or_else(|| {
        let message = "Input should be a valid boolean, unable to interpret input";
        defect("bool_parsing", &[KEY], message, value.clone())
    })
}

fn defect(kind: &str, place: &[&str], message: &str, input: Value) -> Value {
    json!({
        "type": kind,
        "loc": place,
        "msg": message,
        "input": stringify_scalars(input),
        "url": format!("https://errors.pydantic.dev/2.13/v/{kind}"),
    })
}

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Value::Object(self.0.clone()).to_string())
    }
}

/// Reads what the database holds.
impl FromStr for Configuration {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_settings_are_kept_and_the_boolean_is_normalised() {
        for (sent, stored) in [
            (json!({}), json!({})),
            (json!({ "everyone_can_mute": "no" }), json!({ "everyone_can_mute": false })),
            (json!({ "everyone_can_mute": 1 }), json!({ "everyone_can_mute": true })),
            (json!({ "everyone_can_mute": null }), json!({ "everyone_can_mute": null })),
            (json!({ "can_publish_sources": [] }), json!({ "can_publish_sources": [] })),
            (json!({ "can_publish_sources": ["camera"] }), json!({ "can_publish_sources": ["camera"] })),
            (json!({ "can_publish_sources": null }), json!({ "can_publish_sources": null })),
        ] {
            let configuration = Configuration::parse(sent.clone()).unwrap();
            assert_eq!(serde_json::to_value(&configuration).unwrap(), stored, "{sent}");
            assert_eq!(configuration.to_string().parse::<Configuration>().unwrap(), configuration);
        }
    }

    #[test]
    fn errors_have_their_documented_shape() {
        let errors = Configuration::parse(json!({ "unsupported_flag": true })).unwrap_err();
        assert_eq!(
            errors,
            json!([{
                "type": "extra_forbidden", "loc": ["unsupported_flag"], "msg": "Extra inputs are not permitted",
                "input": "True", "url": "https://errors.pydantic.dev/2.13/v/extra_forbidden",
            }])
        );
    }

    #[test]
    fn all_errors_are_told_at_once() {
        let sent = json!({ "can_publish_sources": ["Camera", 5], "everyone_can_mute": "maybe", "x": [1, null] });
        let errors = Configuration::parse(sent).unwrap_err();
        let kinds: Vec<_> = errors.as_array().unwrap().iter().map(|error| error["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["literal_error", "literal_error", "bool_parsing", "extra_forbidden"]);
        assert_eq!(errors[1]["loc"], json!(["can_publish_sources", "1"]));
        assert_eq!(errors[3]["input"], json!(["1", "None"]));
        for (sent, kind) in [
            (json!([]), "model_type"),
            (json!("x"), "model_type"),
            (json!({ "can_publish_sources": "camera" }), "list_type"),
            (json!({ "everyone_can_mute": {} }), "bool_type"),
            (json!({ "everyone_can_mute": 2 }), "bool_parsing"),
        ] {
            assert_eq!(Configuration::parse(sent).unwrap_err()[0]["type"], kind);
        }
    }
}
