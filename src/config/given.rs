//! Values of settings, before they are understood.

use std::collections::BTreeMap;
use std::str::FromStr;

/// A value as it was given: text from the environment, which may mean any type, or a TOML value, which has one.
#[derive(Clone, Debug)]
pub(super) enum Given {
    Text(String),
    Toml(toml::Value),
}

impl Given {
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) | Self::Toml(toml::Value::String(text)) => Some(text.clone()),
            Self::Toml(_) => None,
        }
    }

    pub(super) fn parse<T: FromStr>(&self) -> Option<T> {
        self.text()?.trim().parse().ok()
    }

    pub(super) fn parse_list<T: FromStr>(&self) -> Option<Vec<T>> {
        match self {
            Self::Text(text) => {
                text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| part.parse().ok()).collect()
            }
            Self::Toml(toml::Value::Array(values)) => {
                values.iter().map(|value| value.as_str().and_then(|text| text.parse().ok())).collect()
            }
            Self::Toml(_) => None,
        }
    }

    pub(super) fn integer(&self, least: u64, most: u64) -> Option<u64> {
        let value = match self {
            Self::Text(text) => text.trim().parse().ok()?,
            Self::Toml(toml::Value::Integer(value)) => u64::try_from(*value).ok()?,
            Self::Toml(_) => return None,
        };
        (least..=most).contains(&value).then_some(value)
    }

    pub(super) fn boolean(&self) -> Option<bool> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Toml(value) => value.as_bool(),
        }
    }

    pub(super) fn choice(&self, among: &[&'static str]) -> Option<&'static str> {
        let text = self.text()?;
        among.iter().copied().find(|choice| *choice == text)
    }

    /// The entries of a table.
    pub(super) fn entries(&self) -> Option<BTreeMap<String, Self>> {
        match self {
            Self::Toml(toml::Value::Table(table)) => {
                Some(table.iter().map(|(name, value)| (name.clone(), Self::Toml(value.clone()))).collect())
            }
            Self::Text(_) | Self::Toml(_) => None,
        }
    }

    /// The entries of a table that has no names but these.
    pub(super) fn entries_of(&self, names: &[&str]) -> Option<BTreeMap<String, Self>> {
        self.entries().filter(|entries| entries.keys().all(|name| names.contains(&name.as_str())))
    }

    /// The tables of a list, which in the environment is TOML or JSON.
    pub(super) fn tables(&self) -> Option<Vec<toml::Table>> {
        let value = match self {
            Self::Text(text) => text.trim().parse().ok().or_else(|| serde_json::from_str(text).ok())?,
            Self::Toml(value) => value.clone(),
        };
        let toml::Value::Array(values) = value else { return None };
        values.into_iter().map(|value| if let toml::Value::Table(table) = value { Some(table) } else { None }).collect()
    }

    /// The items of a list, which in the environment is TOML, JSON, or texts between commas.
    pub(super) fn items(&self) -> Option<Vec<Self>> {
        let text = match self {
            Self::Toml(toml::Value::Array(values)) => return Some(values.iter().cloned().map(Self::Toml).collect()),
            Self::Toml(_) => return None,
            Self::Text(text) => text.trim(),
        };
        if text.starts_with('[') {
            let value = text.parse().ok().or_else(|| serde_json::from_str(text).ok())?;
            return Self::Toml(value).items();
        }
        Some(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(|part| Self::Text(part.to_owned()))
                .collect(),
        )
    }

    /// The value as errors show it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("{text:?}"),
            Self::Toml(value) => value.to_string(),
        }
    }
}
